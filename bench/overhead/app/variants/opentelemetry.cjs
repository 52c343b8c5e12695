// OpenTelemetry's SDK with http and framework instrumentation, batch processor and OTLP as protobuf.
const { ExpressInstrumentation } = require('@opentelemetry/instrumentation-express')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
const { NestInstrumentation } = require('@opentelemetry/instrumentation-nestjs-core')
const { startNodeSdk } = require('@opentelemetry/sdk-node')

const instrumentations = [new HttpInstrumentation(), new ExpressInstrumentation(), new NestInstrumentation()]
startNodeSdk({ instrumentations })

exports.fastify = async (app) => {
  const { FastifyOtelInstrumentation } = require('@fastify/otel')
  await app.register(new FastifyOtelInstrumentation().plugin())
}
