import { formatTraceParent, parseTraceParent } from '../../wire/trace-context.ts'
import { isValid, type OtelContext, type OtelSpan, SPAN } from '../host-api.ts'
import { SilentSpan } from './silent-span.ts'
import { traceStateOf } from './trace-state.ts'

interface Setter {
  set(carrier: unknown, key: string, value: string): void
}

interface Getter {
  get(carrier: unknown, key: string): unknown
}

/** The W3C trace context as a propagator of OpenTelemetry's API. */
export const propagator = {
  inject(context: OtelContext, carrier: unknown, setter: Setter): void {
    const ids = (context.getValue(SPAN) as OtelSpan | undefined)?.spanContext()
    if (!ids || !isValid(ids)) return
    const { traceId, spanId, traceFlags, traceState } = ids
    const sampled = (traceFlags & 1) === 1
    setter.set(carrier, 'traceparent', formatTraceParent({ traceId, spanId, sampled }))
    if (traceState) setter.set(carrier, 'tracestate', traceState.serialize())
  },

  extract(context: OtelContext, carrier: unknown, getter: Getter): OtelContext {
    const parsed = parseTraceParent(first(getter.get(carrier, 'traceparent')))
    if (!parsed) return context
    const { traceId, spanId, sampled } = parsed
    const state = first(getter.get(carrier, 'tracestate'))
    const ids = {
      traceId,
      spanId,
      traceFlags: sampled ? 1 : 0,
      traceState: traceStateOf(typeof state === 'string' ? state : undefined),
      isRemote: true,
    }
    return context.setValue(SPAN, new SilentSpan(ids))
  },

  fields(): string[] {
    return ['traceparent', 'tracestate']
  },
}

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)
