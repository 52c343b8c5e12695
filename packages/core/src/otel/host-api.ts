// The OpenTelemetry API of the host is read from its global, never imported: the package is optional, and
// a second copy of another version would see no-ops.
export const API: unique symbol = Symbol.for('opentelemetry.js.api.1')
export const SPAN: unique symbol = Symbol.for('OpenTelemetry Context Key SPAN')
export const SUPPRESS: unique symbol = Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

export interface OtelContext {
  getValue(key: symbol): unknown
  setValue(key: symbol, value: unknown): OtelContext
  deleteValue(key: symbol): OtelContext
}

export interface OtelSpanContext {
  traceId: string
  spanId: string
  traceFlags: number
  traceState?: { serialize(): string } | undefined
  isRemote?: boolean | undefined
}

/** What we use of a span of the host's; only spanContext() is sure to be there. */
export interface OtelSpan {
  spanContext(): OtelSpanContext
  /** Of the SDK, not of the API. */
  readonly name?: string
  /** Of the SDK, not of the API: 1 is SERVER. */
  readonly kind?: number
  /** Of the SDK, not of the API. */
  readonly ended?: boolean
  isRecording?(): boolean
  setAttribute?(key: string, value: unknown): unknown
  setAttributes?(attributes: object): unknown
  addEvent?(name: string, attributes: object, timeMs: number): unknown
  setStatus?(status: { code: number; message?: string }): unknown
  updateName?(name: string): unknown
  end?(timeMs?: number): void
}

interface Scoped<T> {
  (name: string, version: string): T
}

export interface OtelApi {
  version?: string
  trace?: { getTracer: Scoped<{ startSpan(name: string, options: object, context: OtelContext): OtelSpan }> }
  context?: {
    active(): OtelContext
    with<T>(context: OtelContext, run: () => T): T
  }
  propagation?: {
    inject(context: OtelContext, carrier: object, setter: object): void
    extract(context: OtelContext, carrier: object, getter: object): OtelContext
  }
  metrics?: {
    getMeter: Scoped<{
      createHistogram(name: string, options: object): { record(value: number, attributes: object): void }
      createGauge?(name: string, options: object): { record(value: number, attributes: object): void }
    }>
  }
  logs?: { getLogger: Scoped<{ emit(record: object): void }> }
}

/** What is registered in this process, by whomever. */
export const otelApi = (): OtelApi | undefined => (globalThis as { [API]?: OtelApi })[API]

/** The tracer provider of the host's, if it has registered one: then its spans are the spans, and we make none. */
export function hostTraces(): OtelApi['trace'] {
  const trace = otelApi()?.trace
  return trace && !isOurs(trace) ? trace : undefined
}

/** Whether it is the provider that we register ourselves, be it by another copy of this package. */
export function isOurs(provider: object): boolean {
  return quietly(() => 'hubline' in provider) ?? false
}

/** Runs `use`, which touches objects of the host's: what they throw is as if they were not there. */
export function quietly<T>(use: () => T): T | undefined {
  try {
    return use()
  } catch {
    return undefined
  }
}

export function isValid(context: OtelSpanContext | undefined): boolean {
  return context !== undefined && /[^0]/.test(context.traceId) && /[^0]/.test(context.spanId)
}

/** The active context, of the host's or our own API. */
export function activeContext(): OtelContext | undefined {
  // Asked several times in each request, so without a closure.
  try {
    return otelApi()?.context?.active()
  } catch {
    return undefined
  }
}

/** The active span, if there is one with a valid context. */
export function hostSpan(): OtelSpan | undefined {
  return quietly(() => {
    const span = activeContext()?.getValue(SPAN) as OtelSpan | undefined
    return isValid(span?.spanContext()) ? span : undefined
  })
}

/** Runs `run` in `context`; in none when the host's context manager cannot. Passes on what `run` throws. */
export function runInContext<T>(context: OtelContext, run: () => T): T {
  let ran: { result: T } | undefined
  let failed: { error: unknown } | undefined
  quietly(() =>
    otelApi()?.context?.with(context, () => {
      try {
        ran = { result: run() }
      } catch (error) {
        failed = { error }
      }
    }),
  )
  if (failed) throw (failed as { error: unknown }).error
  return ran ? (ran as { result: T }).result : run()
}

/** Runs `run` in a context in which the host's instrumentation makes no spans: our own calls are not the app's. */
export function runSuppressed<T>(run: () => T): T {
  const context = activeContext()
  const suppressed = context && quietly(() => context.setValue(SUPPRESS, true))
  return suppressed ? runInContext(suppressed, run) : run()
}

const setter = {
  set(carrier: Record<string, string>, key: string, value: string): void {
    carrier[key] = value
  },
}

/** What the host's propagators put on a call out; undefined when it has none. */
export function injected(): Record<string, string> | undefined {
  return quietly(() => {
    const { context, propagation } = otelApi() ?? {}
    if (!context || !propagation) return undefined
    const headers: Record<string, string> = {}
    propagation.inject(context.active(), headers, setter)
    return headers
  })
}
