import { hostSpan, injected, quietly } from '../otel/host-api.ts'
import { formatTraceParent } from '../wire/trace-context.ts'
import { currentExchange } from './store.ts'

/**
 * What the next call out carries on: the host's own headers where it injects any, else those of the current exchange and
 * span.
 *
 * @param traceContext whether `traceparent` may be written at all
 */
export function outgoingHeaders(traceContext: boolean): Record<string, string> {
  const exchange = currentExchange()
  const carried = injected()
  if (carried && !exchange?.adopted) return { ...exchange?.headers(), ...carried }
  if (carried) return { 'x-correlation-id': exchange!.correlationId, ...carried }
  const span = quietly(() => hostSpan()?.spanContext())
  if (!span || !traceContext) return exchange?.headers() ?? {}
  const { traceId, spanId, traceFlags } = span
  const traceparent = formatTraceParent({ traceId, spanId, sampled: (traceFlags & 1) === 1 })
  return { ...exchange?.headers(), traceparent }
}
