import { AsyncLocalStorage } from 'node:async_hooks'
import { newSpanId, newTraceId } from '../context/ids.ts'
import { currentExchange } from '../context/store.ts'
import type { Hub } from '../hub.ts'
import type { Attributes } from '../otlp/records.ts'
import { shared } from '../process/shared.ts'
import { VERSION } from '../version.ts'
import { activeContext, otelApi, type OtelSpanContext, quietly, runInContext, SPAN } from './host-api.ts'
import { ApiSpan } from './native-api/span.ts'
import { isSampled } from './sampling.ts'

/** A piece of the app's work as a span, from its begin to its single end. Never throws of its own. */
export interface WorkSpan {
  /** Runs a part of the work, whose own spans are children of this one; passes on what it throws. */
  run<T>(part: () => T): T
  /** @param failure class of the error that ended it, and what it says */
  end(attributes: Attributes, failure?: { type: string; message: string }): void
}

const NONE: WorkSpan = { run: (part) => part(), end() {} }
const SCOPE = { name: '@hubline/core', version: VERSION }
/** SpanStatusCode of the API. */
const ERROR = 2

/** The piece of work that a part of the code belongs to, where nobody answers OpenTelemetry's API. */
const above = new AsyncLocalStorage<OtelSpanContext>()

/**
 * Begins a span: with the host's OpenTelemetry, or ours where that is offered, else one that leaves with those of the hub
 * that watches this process. Where no spans leave, there is none.
 */
export function beginWork(name: string): WorkSpan {
  return quietly(() => byApi(name) ?? byHub(name)) ?? NONE
}

function byApi(name: string): WorkSpan | undefined {
  const api = otelApi()?.trace
  const context = activeContext()
  if (!api || !context) return undefined
  const span = api.getTracer(SCOPE.name, SCOPE.version).startSpan(name, {}, context)
  const own = context.setValue(SPAN, span)
  return {
    run: (part) => runInContext(own, part),
    end: (attributes, failure) => void quietly(() => finish(span, attributes, failure)),
  }
}

function byHub(name: string): WorkSpan | undefined {
  const exchange = currentExchange()
  const hub = exchange?.hub ?? (shared().hubs.values().next().value as Hub | undefined)
  const outlet = hub?.spans
  if (!hub || !outlet || exchange?.adopted) return undefined
  const request = exchange && {
    traceId: exchange.traceId,
    spanId: exchange.spanId,
    traceFlags: Number(exchange.sampled),
  }
  const enclosing = above.getStore()
  // A server that was started in a piece of work leaves it with each request.
  const parent = request && enclosing?.traceId !== request.traceId ? request : enclosing
  const traceId = parent?.traceId ?? newTraceId()
  const sampled = isSampled(hub.config.otel.sampler, traceId, parent && parent.traceFlags === 1)
  const ids = { traceId, spanId: newSpanId(), traceFlags: Number(sampled) }
  const deliver = (span: ApiSpan): void => void quietly(() => outlet.offerSpan(span))
  const birth = { name, ids, parent, scope: SCOPE, redact: hub.redact, deliver }
  const span = sampled ? new ApiSpan(birth as ConstructorParameters<typeof ApiSpan>[0], {}) : undefined
  return {
    run: (part) => above.run(ids, part),
    end: (attributes, failure) => span && finish(span, attributes, failure),
  }
}

interface Endable {
  setAttributes?(attributes: object): unknown
  setStatus?(status: { code: number; message?: string }): unknown
  end?(): void
}

function finish(span: Endable, attributes: Attributes, failure?: { type: string; message: string }): void {
  span.setAttributes?.(attributes)
  if (failure) {
    span.setAttributes?.({ 'error.type': failure.type })
    span.setStatus?.({ code: ERROR, message: failure.message })
  }
  span.end?.()
}
