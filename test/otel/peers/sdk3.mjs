// A host's SDK of the 3.x line, all signals by OTLP to SDK_URL.
import { load } from './load.mjs'

export async function startSdk(instrument) {
  const { startNodeSdk } = await load('@opentelemetry/sdk-node')
  const instrumentations = []
  if (instrument) {
    const { HttpInstrumentation } = await load('@opentelemetry/instrumentation-http')
    const { UndiciInstrumentation } = await load('@opentelemetry/instrumentation-undici')
    instrumentations.push(new HttpInstrumentation(), new UndiciInstrumentation())
  }
  const sdk = startNodeSdk({ instrumentations, resourceAttributes: { 'service.name': 'host' } })
  return () => sdk.shutdown()
}
