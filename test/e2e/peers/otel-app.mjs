// A plain OpenTelemetry app: it knows nothing of Hubline but the address that it exports to.
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { NodeSDK } from '@opentelemetry/sdk-node'

const sdk = new NodeSDK({ serviceName: 'plain-otel', traceExporter: new OTLPTraceExporter() })
sdk.start()
const tracer = trace.getTracer('peer')
tracer.startActiveSpan('checkout', (parent) => {
  tracer.startActiveSpan('charge', { attributes: { 'order.id': 7 } }, (child) => {
    child.recordException(new Error('card refused'))
    child.end()
  })
  console.log(parent.spanContext().traceId)
  parent.end()
})
await sdk.shutdown()
