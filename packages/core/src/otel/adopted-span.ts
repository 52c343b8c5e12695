import type { Exchange } from '../exchange/exchange.ts'
import type { HttpRequest } from '../exchange/http.ts'
import { VERSION } from '../version.ts'
import type { Redactor } from '../wire/redaction.ts'
import { ROOT } from './context.ts'
import {
  activeContext,
  hostSpan,
  hostTraces,
  isValid,
  otelApi,
  type OtelContext,
  type OtelSpan,
  type OtelSpanContext,
  quietly,
  SPAN,
} from './host-api.ts'
import { errorType, exceptionEvents, isFailure, requestAttributes, spanName } from './http-span.ts'

const RPC_METADATA = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA')
/** SpanKind and SpanStatusCode of the API. */
const SERVER = 1
const ERROR = 2

/** What http instrumentation leaves in the context for those who know the route. */
interface RpcMetadata {
  type?: unknown
  span?: OtelSpan
  route?: string
  /** We started the span. */
  hubline?: true
}

/** The SERVER span that stands for an exchange in the host's own OpenTelemetry. */
export class AdoptedSpan {
  readonly ids: OtelSpanContext
  /** The exchange goes on in it. */
  readonly context: OtelContext
  /** We started it and end it; else the host's http instrumentation does both. */
  readonly started: boolean
  readonly #span: OtelSpan
  readonly #rpc: RpcMetadata | undefined

  constructor(span: OtelSpan, context: OtelContext, started: boolean, rpc?: RpcMetadata) {
    this.ids = span.spanContext()
    this.context = context
    this.started = started
    this.#span = span
    this.#rpc = rpc
  }

  /** Says what only we know of the exchange, at its end. Never throws. */
  finish(exchange: Exchange, redact: Redactor, withEvent: boolean): void {
    quietly(() => this.#describe(exchange, redact, withEvent))
    if (this.started) quietly(() => this.#span.end?.(exchange.startedAt + exchange.durationMs))
  }

  #describe(exchange: Exchange, redact: Redactor, withEvent: boolean): void {
    const span = this.#span
    const { route } = exchange
    // Http instrumentation takes name and route of span and metric from here when it ends its span.
    if (this.#rpc && route) this.#rpc.route = route
    if (span.isRecording?.() === false) return
    if (withEvent) span.setAttribute?.('hub.event.id', exchange.eventId)
    span.setAttribute?.('hub.correlation_id', exchange.correlationId)
    const error = errorType(exchange, redact)
    if (error !== undefined) span.setAttribute?.('error.type', error)
    if (route) span.setAttribute?.('http.route', route)
    if (this.started && exchange.status !== undefined) {
      span.setAttribute?.('http.response.status_code', exchange.status)
    }
    if (route && (this.started || isMethodAlone(span.name, exchange.method)))
      span.updateName?.(spanName(exchange))
    if (isFailure(exchange)) span.setStatus?.({ code: ERROR })
    for (const event of exceptionEvents(exchange, redact) ?? []) {
      span.addEvent?.(event.name, event.attributes, event.timeMs)
    }
  }
}

function isMethodAlone(name: string | undefined, method: string): boolean {
  return name !== undefined && (name === method || name === 'HTTP' || name === `HTTP ${method}`)
}

/**
 * The host's SERVER span of a request: the one that its instrumentation made, else one started with its tracer.
 *
 * @returns undefined where no provider is registered, where it wants no span, and where `begun` is ignored;
 * under our own API it is the instrumentation's or none
 */
export function adoptSpan(begun: Exchange, request: HttpRequest, redact: Redactor): AdoptedSpan | undefined {
  if (!otelApi()?.trace) return undefined
  const existing = quietly(existingSpan)
  const provider = hostTraces()
  if (existing || !provider || begun.ignored) return existing
  return quietly(() => startSpan(provider, begun, request, redact))
}

function existingSpan(): AdoptedSpan | undefined {
  const context = activeContext()
  const rpc = context?.getValue(RPC_METADATA) as RpcMetadata | undefined
  // One of ours is that of another request, in whose course the server was told to listen.
  if (rpc?.hubline || rpc?.span?.ended) return undefined
  if (context && rpc?.type === 'http' && isValid(rpc.span?.spanContext())) {
    return new AdoptedSpan(rpc.span!, context, false, rpc)
  }
  const span = hostSpan()
  return context && span?.kind === SERVER && !span.ended ? new AdoptedSpan(span, context, false) : undefined
}

const getter = {
  get: (carrier: Record<string, unknown>, key: string): unknown => carrier[key],
  keys: (carrier: object): string[] => Object.keys(carrier),
}

function startSpan(
  provider: NonNullable<ReturnType<typeof hostTraces>>,
  begun: Exchange,
  { headers }: HttpRequest,
  redact: Redactor,
): AdoptedSpan | undefined {
  // A span that is active now is that in whose course the server was told to listen, and no parent.
  const here = activeContext()?.deleteValue(SPAN) ?? ROOT
  const parent = quietly(() => otelApi()?.propagation?.extract(here, headers, getter)) ?? here
  const options = {
    kind: SERVER,
    attributes: requestAttributes(begun, redact),
    startTime: begun.startedAt,
  }
  const span = provider.getTracer('@hubline/core', VERSION).startSpan(spanName(begun), options, parent)
  if (!isValid(span.spanContext())) return undefined
  const rpc: RpcMetadata = { type: 'http', span, hubline: true }
  return new AdoptedSpan(span, parent.setValue(SPAN, span).setValue(RPC_METADATA, rpc), true)
}
