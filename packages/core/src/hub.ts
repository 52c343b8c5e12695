import type { Transport } from './client/transport.ts'
import { type Clock, systemClock } from './clock.ts'
import { type HubHealth, healthOf } from './client/health.ts'
import { Outbox, type OutboxStats } from './client/outbox.ts'
import type { HubConfig } from './config/resolve.ts'
import { outgoingHeaders } from './context/headers.ts'
import { currentExchange } from './context/store.ts'
import { describeError } from './errors/describe.ts'
import { type ErrorReport, ErrorReporter } from './errors/report.ts'
import { interactionDraft, metricDraft, type MetricOptions } from './events/drafts.ts'
import type { EventArguments, EventType } from './events/declared.ts'
import { Emitter, type EventOptions } from './events/emitter.ts'
import { Exchange } from './exchange/exchange.ts'
import type { HttpRequest } from './exchange/http.ts'
import { pathMatcher } from './exchange/ignore.ts'
import { ExchangeReporter } from './exchange/reporter.ts'
import { watchUnseen } from './exchange/unseen.ts'
import { type Coverage, CoverageList } from './lifecycle/coverage.ts'
import { Lifecycle } from './lifecycle/lifecycle.ts'
import type { Logger } from './logger.ts'
import { offerOtelApi } from './otel/native-api/offer.ts'
import { sendLastWords } from './process/last-words.ts'
import { shared } from './process/shared.ts'
import type { LifecycleState } from './wire/payloads.ts'
import type { Redactor } from './wire/redaction.ts'

export interface HubStats extends OutboxStats {
  /** Hub events made so far. */
  generated: number
  requests: number
}

/** What a hub has to do with the world, for tests to replace. */
export interface HubIo {
  transport?: Transport | undefined
  clock?: Clock | undefined
}

/** How long flush() and close() wait when nothing else is said, in milliseconds. */
const FLUSH_MS = 5000
/** What close() leaves for the goodbye itself when the rest has used up its time. */
const LEAST_CLOSE_MS = 100

/**
 * The handle on one reporting service: `req.hub`, `request.hub`, injected `Hub`, `getHub()`.
 *
 * No method throws or waits for the network, save flush() and close(), which wait for it but never throw.
 *
 * @example
 * req.hub.interaction('order_placed', { order_id: 42 })
 */
export class Hub {
  readonly config: HubConfig
  /** @internal */
  readonly clock: Clock
  /** Whether requests are worth watching: something will be sent or printed. */
  readonly capturing: boolean
  readonly #outbox: Outbox
  readonly #logger: Logger
  readonly #emitter: Emitter
  readonly #errors: ErrorReporter
  readonly #reporter: ExchangeReporter
  readonly #lifecycle: Lifecycle
  readonly #ignored: (path: string) => boolean
  readonly #coverage: CoverageList
  readonly #unregister: (() => void) | undefined
  #closing: Promise<void> | undefined
  #stumbled = false

  constructor(config: HubConfig, logger: Logger, { transport, clock = systemClock }: HubIo = {}) {
    const outbox = new Outbox(config, logger, transport)
    this.config = config
    this.clock = clock
    this.#outbox = outbox
    this.#coverage = new CoverageList(config.source, logger)
    this.#logger = logger
    this.#emitter = new Emitter(config, outbox, logger, clock)
    this.#errors = new ErrorReporter(this.#emitter)
    this.#reporter = new ExchangeReporter(config, this.#emitter, outbox, this.#errors)
    this.#lifecycle = new Lifecycle(config, this.#emitter, () => this.stats())
    this.#ignored = pathMatcher(config.ignorePaths)
    this.capturing = config.mode !== 'inert' || outbox.exporting
    this.#unregister = config.otelApi ? offerOtelApi(outbox, config.otel, this.redact) : undefined
  }

  /** Emits an event of any type, or of those that the app has declared; false when it cannot be sent. */
  event<Type extends EventType>(type: Type, ...rest: EventArguments<Type>): boolean
  event(type: string, payload: object = {}, options: EventOptions = {}): boolean {
    return this.#emitter.emit({ ...options, type, payload })
  }

  /** A user or another system did something: `order_placed`. */
  interaction(action: string, details: object = {}, options: EventOptions = {}): boolean {
    return this.#safely(() => this.#emitter.emit(interactionDraft(action, details, options, this.redact)))
  }

  /** A number over a period, 24 hours unless said: `hub.metric('daily_orders', 42)`. */
  metric(metric: string, value: number, options: MetricOptions = {}): boolean {
    return this.#safely(() => this.#emitter.emit(metricDraft(metric, value, options)))
  }

  /** Reports an error that the application dealt with, or anything else that was thrown. */
  error(error: unknown, report: Partial<Omit<ErrorReport, 'exchange' | 'eventName'>> = {}): boolean {
    return this.#safely(() =>
      this.#errors.report(error, { handled: true, exchange: currentExchange(), ...report }),
    )
  }

  /** Something for the people who guard or ship the service. */
  signal(kind: 'security' | 'deploy', payload: object, options: EventOptions = {}): boolean {
    const type = kind === 'security' ? 'SecuritySignal' : 'DeploySignal'
    return this.#emitter.emit({ priority: 'high', ...options, type, payload })
  }

  /** Says now that the service is alive, beside the automatic heartbeats. */
  heartbeat(status = 'healthy', details: object = {}): boolean {
    return this.#safely(() => this.#lifecycle.beat(status, details))
  }

  /** Says what state the service is in, where the adapters cannot know. */
  lifecycle(state: LifecycleState, details: object = {}): boolean {
    return this.#safely(() => this.#lifecycle.say(state, details))
  }

  /** `traceparent` and `x-correlation-id` for the next call out; empty outside a request and a span. */
  headers(): Record<string, string> {
    return outgoingHeaders(this.config.otel.propagates.traceContext)
  }

  /** Sends what waits; resolves when it is done, when the receiver fails, or after `deadlineMs`. */
  async flush(deadlineMs: number = FLUSH_MS): Promise<void> {
    this.#errors.release()
    await this.#outbox.flush(deadlineMs)
  }

  /** Says goodbye, sends what waits within `deadlineMs` and ends; safe to call again. */
  close(deadlineMs: number = FLUSH_MS): Promise<void> {
    return (this.#closing ??= this.#close(deadlineMs))
  }

  async #close(deadlineMs: number): Promise<void> {
    this.#errors.release()
    this.stopping('close')
    // What this loses, the goodbye declares.
    const began = performance.now()
    await this.#outbox.flush(deadlineMs)
    this.#errors.release()
    this.stopped('close')
    this.#unregister?.()
    await this.#outbox.close(Math.max(LEAST_CLOSE_MS, deadlineMs - (performance.now() - began)))
    const { hubs } = shared()
    for (const [key, hub] of hubs) if (hub === this) hubs.delete(key)
  }

  /** What was made, delivered, lost and why. */
  stats(): HubStats {
    return { generated: this.#emitter.generated, requests: this.#reporter.requests, ...this.#outbox.stats() }
  }

  /** Whether what this hub says arrives. */
  health(): HubHealth {
    return healthOf(this.config, this.#outbox.events)
  }

  /** What the active capture sees, and what it cannot. */
  coverage(): readonly Coverage[] {
    return this.#coverage.all
  }

  /** What an app passes in may be anything, with getters that throw: it costs the event, never the app. */
  #safely(say: () => boolean): boolean {
    try {
      return say()
    } catch (error) {
      this.#logger.warn(`[HUB] An event could not be written: ${describeError(error, this.redact).message}`)
      return false
    }
  }

  /** @internal What we do beside the app: its first failure is said, and none is felt. */
  beside<T>(act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      this.stumble(error)
      return undefined
    }
  }

  /** @internal What beside() does with a failure, for what each request passes: a closure for each is garbage. */
  stumble(error: unknown): void {
    if (!this.#stumbled) {
      const { message } = describeError(error, this.redact)
      this.#logger.warn(`[HUB] A request went on unwatched, further ones are not mentioned: ${message}`)
    }
    this.#stumbled = true
  }

  /** @internal For adapters. */
  covers(coverage: Coverage): void {
    this.#coverage.add(coverage)
  }

  /** @internal What hides secrets, before anything is queued. */
  get redact(): Redactor {
    return this.#emitter.redact
  }

  /** @internal Where spans go beside those of requests; undefined where none leave. */
  get spans(): Pick<Outbox, 'offerSpan'> | undefined {
    return this.capturing && this.#outbox.spans ? this.#outbox : undefined
  }

  /** @internal Counts an event that its maker found to be wrong, and says why. */
  refuse(line: string | undefined): false {
    this.#emitter.refuse()
    if (line !== undefined) this.#logger.warn(line)
    return false
  }

  /** @internal Begins the record of one request. */
  exchange(request: HttpRequest, startedAt?: number): Exchange {
    return new Exchange(this, request, this.#reporter, this.#ignored, startedAt)
  }

  /** @internal Said once: registered and started. */
  start(): void {
    this.#lifecycle.start()
  }

  /** @internal `app`, one of those that share this hub, listens at `address`, through `server` if that is another. */
  ready(address: string | undefined, app: object, server: object = app): void {
    watchUnseen(this, server)
    this.#lifecycle.ready(address, app)
  }

  /** @internal The service begins to go; of several servers only the last one's going counts. */
  stopping(reason: string, server?: object): void {
    this.#lifecycle.stopping(reason, server)
  }

  /** @internal The service is gone; of several servers only the last one's going counts. */
  stopped(reason: string, server?: object): void {
    this.#lifecycle.stopped(reason, server)
  }

  /** @internal Goes, saying so last: what is lost on the way out is still declared. Takes `deadlineMs` at most. */
  async leave(reason: string, deadlineMs: number, app?: object): Promise<void> {
    this.stopping(reason, app)
    await this.flush(deadlineMs / 2)
    this.stopped(reason, app)
    await this.flush(deadlineMs / 2)
  }

  /** @internal Nobody caught `error`; unless the process survives it, this is the last that is heard of it. */
  uncaught(error: unknown, origin: string, survives: boolean): void {
    const current = currentExchange()
    const exchange = current?.hub === this ? current : undefined
    if (survives && exchange) return exchange.fail(error)
    const severity = survives ? 'error' : 'critical'
    this.#errors.report(error, { handled: false, exchange, severity, context: { origin } })
    if (survives) return
    this.#errors.release()
    this.#lifecycle.crashed(error)
    this.#sendLast()
  }

  /** @internal The process ends now, at once by `exit`: what has not arrived goes by the courier, or to the spool. */
  keepRest(reason: string): void {
    if (this.running) {
      this.#errors.release()
      this.stopped(reason)
    } else if (reason !== 'exit') return this.#outbox.keepRest()
    this.#sendLast()
  }

  #sendLast(): void {
    const last = this.#outbox.lastWords()
    if (last && sendLastWords(last.words)) last.arrived()
  }

  /** @internal Whether the service was started and has not said goodbye. */
  get running(): boolean {
    return this.#lifecycle.running
  }
}
