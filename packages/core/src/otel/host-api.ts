// The OpenTelemetry API of the host is read from its global, never imported: the package is optional, and
// a second copy of another version would see no-ops.
const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const SUPPRESS = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

interface OtelContext {
  getValue(key: symbol): unknown
  setValue(key: symbol, value: unknown): OtelContext
}

interface HostApi {
  trace?: object
  context?: {
    active(): OtelContext
    with<T>(context: OtelContext, run: () => T): T
  }
}

interface HostSpan {
  spanContext(): { traceId: string; spanId: string; traceFlags: number }
  setAttribute?(key: string, value: string): unknown
}

const api = (): HostApi | undefined => (globalThis as { [API]?: HostApi })[API]

/** Whether the host has registered a tracer provider: then its spans are the spans, and we make none. */
export function hostTraces(): boolean {
  return api()?.trace !== undefined
}

/** The host's active span, if there is one with a valid context. */
export function hostSpan(): HostSpan | undefined {
  try {
    const span = api()?.context?.active().getValue(SPAN) as HostSpan | undefined
    const traceId = span?.spanContext().traceId
    return traceId && !/^0+$/.test(traceId) ? span : undefined
  } catch {
    return undefined
  }
}

/** Runs `run` in a context in which the host's instrumentation makes no spans: our own calls are not the app's. */
export function runSuppressed<T>(run: () => T): T {
  const context = api()?.context
  if (!context) return run()
  return context.with(context.active().setValue(SUPPRESS, true), run)
}
