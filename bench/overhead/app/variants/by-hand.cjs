// One SERVER span a request, made by hand with OpenTelemetry's API, and exported by its SDK.
const { context, SpanKind, trace } = require('@opentelemetry/api')
const { startNodeSdk } = require('@opentelemetry/sdk-node')
const { everywhere } = require('./middleware.cjs')

startNodeSdk({ instrumentations: [] })
const tracer = trace.getTracer('by-hand')

module.exports = everywhere(function withSpan(req, res, next) {
  const attributes = { 'http.request.method': req.method, 'url.path': req.url, 'url.scheme': 'http' }
  const span = tracer.startSpan(req.method, { kind: SpanKind.SERVER, attributes })
  res.once('finish', () => {
    span.setAttribute('http.response.status_code', res.statusCode)
    span.end()
  })
  context.with(trace.setSpan(context.active(), span), next)
})
