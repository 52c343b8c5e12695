import type { SamplerConfig } from '../../config/otel.ts'
import { newSpanId, newTraceId } from '../../context/ids.ts'
import type { Scope } from '../../otlp/records.ts'
import type { SpanSource } from '../../otlp/span-pages.ts'
import type { Redactor } from '../../wire/redaction.ts'
import { isValid, type OtelContext, type OtelSpan, runInContext, SPAN, SUPPRESS } from '../host-api.ts'
import { isSampled } from '../sampling.ts'
import type { ContextManager } from './context-manager.ts'
import { SilentSpan } from './silent-span.ts'
import { ApiSpan, type SpanOptions } from './span.ts'

export interface Engine {
  sampler: SamplerConfig
  redact: Redactor
  contexts: ContextManager
  /** Hears of each tracer that is asked for. */
  onTracer(): void
  deliver(span: SpanSource): void
}

const NOWHERE = new SilentSpan({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 })

/** The tracer provider that answers OpenTelemetry's API where no SDK does. */
export class TracerProvider {
  /** Tells it from a host's. */
  readonly hubline = true
  readonly #engine: Engine & { closed: boolean }

  constructor(engine: Engine) {
    this.#engine = { ...engine, closed: false }
  }

  /** No tracer records anything from now on: instrumentations keep theirs. */
  close(): void {
    this.#engine.closed = true
  }

  getTracer(name: string, version?: string): Tracer {
    this.#engine.onTracer()
    return new Tracer({ name, version: version ?? '' }, this.#engine)
  }
}

class Tracer {
  readonly #scope: Scope
  readonly #engine: Engine & { closed: boolean }

  constructor(scope: Scope, engine: Engine & { closed: boolean }) {
    this.#scope = scope
    this.#engine = engine
  }

  startSpan(
    name: string,
    options: SpanOptions = {},
    context: OtelContext = this.#engine.contexts.active(),
  ): OtelSpan {
    const { sampler, redact, deliver, closed } = this.#engine
    if (closed || context.getValue(SUPPRESS) === true) return NOWHERE
    const above = options.root ? undefined : (context.getValue(SPAN) as OtelSpan | undefined)?.spanContext()
    const parent = isValid(above) ? above : undefined
    const traceId = parent?.traceId ?? newTraceId()
    const sampled = isSampled(sampler, traceId, parent && (parent.traceFlags & 1) === 1)
    const ids = {
      traceId,
      spanId: newSpanId(),
      traceFlags: sampled ? 1 : 0,
      traceState: parent?.traceState,
    }
    if (!sampled) return new SilentSpan(ids)
    return new ApiSpan({ name, ids, parent, scope: this.#scope, redact, deliver }, options)
  }

  /** `(name, run)`, `(name, options, run)` or `(name, options, context, run)`. */
  startActiveSpan<T>(name: string, ...rest: unknown[]): T {
    const run = rest.pop() as (span: OtelSpan) => T
    const [options, context = this.#engine.contexts.active()] = rest as [SpanOptions?, OtelContext?]
    const span = this.startSpan(name, options, context)
    return runInContext(context.setValue(SPAN, span), () => run(span))
  }
}
