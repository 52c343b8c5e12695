import type { EventEmitter } from 'node:events'
import { newIds } from '../context/ids.ts'
import type { Hub } from '../hub.ts'
import type { AdoptedSpan } from '../otel/adopted-span.ts'
import { hostTraces, type OtelContext } from '../otel/host-api.ts'
import { exchangeContext } from '../otel/native-api/exchange-span.ts'
import { isSampled } from '../otel/sampling.ts'
import type { Attributes } from '../otlp/records.ts'
import { newEventId } from '../wire/ids.ts'
import type { Outcome } from '../wire/payloads.ts'
import { formatTraceParent, parseTraceParent } from '../wire/trace-context.ts'
import { isRepeated, tellsOfAbort } from './aborts.ts'
import { MAX_BAGGAGE, MAX_TRACESTATE, passedOn } from './passed-on.ts'
import type { CapturedHeaders } from './captured-headers.ts'
import { CapturedError } from './captured-error.ts'
import { isGone } from './connection.ts'
import { correlationFrom } from './correlation.ts'
import { type Emit, emitIn, type Event, isHeard, type Name } from './emitters.ts'
import type { HttpRequest, HttpResponse } from './http.ts'
import { outcomeOf } from './outcome.ts'
import { pathOf } from './ignore.ts'
import { type Peer, peerOf } from './peer.ts'

/** What hears of an exchange's single end and of errors that must not wait for it. */
export interface ExchangeObserver {
  ended(exchange: Exchange): void
  erred(exchange: Exchange): void
  /** The host's own span for an exchange that begins. */
  adopts(exchange: Exchange, request: HttpRequest): AdoptedSpan | undefined
}

/**
 * One HTTP request from begin to its single end; one small object, which is put into bytes at the end and forgotten.
 *
 * What is assigned to its functions is never a function literal: V8 makes these in the old generation, where each would keep
 * its request until a full collection.
 */
export class Exchange {
  readonly hub: Hub
  readonly observer: ExchangeObserver
  readonly method: string
  /** The request target as it came: path and query. */
  target: string
  /** Milliseconds since the epoch, with fractions. */
  readonly startedAt: number
  /** The Host header, or :authority. */
  readonly host: string | undefined
  readonly userAgent: string | undefined
  readonly httpVersion: string
  readonly peer: Peer
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly traceState: string | undefined
  /** The `baggage` header, passed on as it came. */
  readonly baggage: string | undefined
  readonly sampled: boolean
  /** The host's own OpenTelemetry makes the spans. */
  readonly adopted: boolean
  /** Its span for this exchange until the end, unless it wants none. */
  hostSpan: AdoptedSpan | undefined
  /** OpenTelemetry's context in which the exchange goes on. */
  context: OtelContext | undefined
  readonly correlationId: string
  /** Nothing is said of it unless it fails. */
  readonly ignored: boolean
  /** For an adapter that learns of the route only by looking: asked until the end instead of `route`. */
  findRoute: ((exchange: Exchange) => string | undefined) | undefined = undefined
  /** What it came by and is answered by, until the end. */
  request: HttpRequest | undefined = undefined
  response: HttpResponse | undefined = undefined
  /** Node's own server of HTTP/1 has made both, and listens to them. */
  served = false
  /** What the app adds to our own span. */
  attributes: Attributes | undefined = undefined
  status: number | undefined = undefined
  outcome: Outcome | undefined = undefined
  durationMs = 0
  errors: CapturedError[] | undefined = undefined
  /** Set when the server gave up on the exchange before its answer was whole. */
  timedOut = false
  /** Set when the answer broke off, or ended with an error that its status cannot tell of any more. */
  broken = false
  /** Headers that the configuration names; none unless it does. */
  headersSeen: CapturedHeaders | undefined = undefined
  /** Fields of the request's body that the configuration names; none unless it does. */
  bodySeen: Record<string, unknown> | undefined = undefined
  /** For an adapter whose body is not the request's own `body`: asked at the end, if at all. */
  findBody: ((exchange: Exchange) => unknown) | undefined = undefined
  /** What an adapter needs to remember until the end, its own business. */
  notes: unknown = undefined
  /** Called at the end, before anything is said: an adapter's last word on route and errors. */
  settle: ((exchange: Exchange) => void) | undefined = undefined
  #route: string | undefined = undefined
  #ended = false
  #completed = false
  #eventId: string | undefined = undefined

  constructor(
    hub: Hub,
    request: HttpRequest,
    observer: ExchangeObserver,
    ignored: (path: string) => boolean,
    startedAt: number = hub.clock.now(),
  ) {
    const { headers } = request
    this.hub = hub
    this.observer = observer
    this.method = request.method ?? 'GET'
    this.target = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '/'
    this.ignored = ignored(pathOf(this.target))
    this.startedAt = startedAt
    const host = headers[':authority'] ?? headers.host
    this.host = typeof host === 'string' ? host : undefined
    this.userAgent = headers['user-agent']
    this.httpVersion = request.httpVersion
    this.peer = peerOf(request)
    const { propagates, sampler } = hub.config.otel
    const incoming = propagates.traceContext ? parseTraceParent(headers['traceparent']) : undefined
    this.hostSpan = observer.adopts(this, request)
    this.adopted = this.hostSpan !== undefined || hostTraces() !== undefined
    const ids = this.hostSpan?.ids
    const made = ids ?? newIds()
    this.traceId = ids?.traceId ?? incoming?.traceId ?? made.traceId
    this.spanId = made.spanId
    this.parentSpanId = incoming?.spanId
    this.traceState = incoming && passedOn(headers['tracestate'], MAX_TRACESTATE)
    this.baggage = propagates.baggage ? passedOn(headers['baggage'], MAX_BAGGAGE) : undefined
    this.sampled = ids ? (ids.traceFlags & 1) === 1 : isSampled(sampler, this.traceId, incoming?.sampled)
    this.context = this.hostSpan?.context ?? exchangeContext(this)
    this.correlationId = correlationFrom(headers['x-correlation-id']) ?? this.traceId
  }

  /** Id of the InteractionDetected, also on the span; made when first asked for. */
  get eventId(): string {
    return (this.#eventId ??= newEventId())
  }

  /** Full template, set by the adapter; absent when no route matched. */
  get route(): string | undefined {
    return this.findRoute ? this.findRoute(this) : this.#route
  }

  set route(route: string | undefined) {
    this.#route = route
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Whether it has ended with its whole answer. */
  get completed(): boolean {
    return this.#completed
  }

  /** Headers for a call made in the course of this exchange. */
  headers(): Record<string, string> {
    const { traceId, spanId, sampled } = this
    const headers: Record<string, string> = { 'x-correlation-id': this.correlationId }
    if (this.hub.config.otel.propagates.traceContext) {
      headers['traceparent'] = formatTraceParent({ traceId, spanId, sampled })
    }
    if (this.traceState) headers['tracestate'] = this.traceState
    if (this.baggage) headers['baggage'] = this.baggage
    return headers
  }

  /**
   * Remembers an error once, however many layers it passes; `handled` once true stays true. One that was made of
   * another, its cause, stands for both. What follows from another is none of its own: the framework's vain attempt to
   * answer once the head has left, what breaks as the client goes.
   */
  fail(error: unknown, handled = false): void {
    if (tellsOfAbort(error) && this.#isGone()) return
    const known = this.errors?.find((captured) => captured.is(error))
    if (known) {
      known.handled ||= handled
      known.piped = false
      return
    }
    if (this.errors?.some((captured) => captured.follows((earlier) => isRepeated(error, earlier)))) return
    const inner = this.errors?.filter((captured) => captured.isWithin(error)) ?? []
    if (inner.some(({ reported }) => reported)) return
    const [first] = inner
    if (first) {
      const outer = new CapturedError(error, handled, first.at)
      this.errors = this.errors!.flatMap((each) =>
        each === first ? outer : inner.includes(each) ? [] : each,
      )
      return
    }
    ;(this.errors ??= []).push(new CapturedError(error, handled, this.hub.clock.now()))
    this.observer.erred(this)
  }

  /** A stream that is piped into the answer has failed; whether the app dealt with that shows at the end. */
  failPiped(error: unknown): void {
    const before = this.errors?.length ?? 0
    this.fail(error)
    if (this.errors && this.errors.length > before) this.errors.at(-1)!.piped = true
  }

  /** Says of one error, or of all, whether the application dealt with it. */
  judge(handled: boolean, error?: unknown): void {
    for (const captured of this.errors ?? []) {
      if (error === undefined || captured.is(error)) captured.handled = handled
    }
  }

  /** @internal */
  hears(emitter: EventEmitter, name: Name): boolean {
    return isHeard(this, emitter, name)
  }

  /** @internal Lets an event of its request or response go its way. */
  emit(emitter: EventEmitter, emit: Emit, ...event: Event): boolean {
    return emitIn(this, emitter, emit, event)
  }

  /** Ends the exchange; every later call is ignored. `status` is absent when the client saw none. */
  end(status: number | undefined, completed: boolean): void {
    if (this.#ended) return
    this.durationMs = this.hub.clock.now() - this.startedAt
    this.status = status
    this.#completed = completed
    try {
      this.settle?.(this)
      this.#route = this.route
      this.findRoute = undefined
      this.findBody = undefined
      // Nobody but the app can have gone on to a whole answer.
      if (completed) for (const captured of this.errors ?? []) captured.handled ||= captured.piped
    } catch {}
    this.outcome = outcomeOf(this, status, completed)
    this.#over('ended')
  }

  /** Ends it without a word of it, as what became another protocol is no request; its errors are said all the same. */
  dismiss(): void {
    if (!this.#ended) this.#over('erred')
  }

  #over(what: 'ended' | 'erred'): void {
    this.#ended = true
    this.target = this.#redacted()
    try {
      // This runs in the response's own listener: whatever goes wrong here is not the app's.
      this.observer[what](this)
    } catch {}
    this.hostSpan = undefined
    this.context = undefined
    this.settle = undefined
    this.findRoute = undefined
    this.findBody = undefined
    this.notes = undefined
    this.request = undefined
    this.response = undefined
  }

  /** Whether nobody is there any more to be answered. */
  #isGone(): boolean {
    const { response } = this
    if (this.#ended) return !this.#completed
    return response !== undefined && this.hub.beside(() => isGone(response)) === true
  }

  /** What is queued from here on has no secret in its address. */
  #redacted(): string {
    const path = pathOf(this.target)
    const { redact } = this.hub
    const query =
      this.target.length > path.length ? `?${redact.query(this.target.slice(path.length + 1))}` : ''
    return redact.text(path) + query
  }
}
