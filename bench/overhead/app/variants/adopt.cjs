// Hubline in an app that has OpenTelemetry of its own.
const host = require('./opentelemetry.cjs')
const line = require('./hubline.cjs')

exports.express = line.express

exports.fastify = async (app) => {
  await host.fastify(app)
  await line.fastify(app)
}

exports.imports = line.imports
