// A host's SDK of the 2.x line with API 1.9: traces, and logs through the logs API of its own.
import { load } from './load.mjs'

export async function startSdk(instrument) {
  const { NodeSDK, logs } = await load('@opentelemetry/sdk-node')
  const { OTLPTraceExporter } = await load('@opentelemetry/exporter-trace-otlp-proto')
  const { OTLPLogExporter } = await load('@opentelemetry/exporter-logs-otlp-proto')
  const { HttpInstrumentation } = await load('@opentelemetry/instrumentation-http')
  const sdk = new NodeSDK({
    serviceName: 'host',
    traceExporter: new OTLPTraceExporter(),
    logRecordProcessors: [new logs.BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
    instrumentations: instrument ? [new HttpInstrumentation()] : [],
  })
  sdk.start()
  return () => sdk.shutdown()
}
