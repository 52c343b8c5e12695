import type { Outbox } from '../client/outbox.ts'
import type { HubConfig } from '../config/resolve.ts'
import type { ErrorReporter } from '../errors/report.ts'
import type { Emitter } from '../events/emitter.ts'
import { type AdoptedSpan, adoptSpan } from '../otel/adopted-span.ts'
import { ServerSpans } from '../otel/server-span.ts'
import type { CapturedError } from './captured-error.ts'
import type { Exchange, ExchangeObserver } from './exchange.ts'
import type { HttpRequest } from './http.ts'
import { Kinds } from './kinds.ts'

/** An error waits this long for the final status of its response. */
const ERROR_WAIT_MS = 5000

/** Says what a finished exchange has to say: its interaction, its span, its errors. */
export class ExchangeReporter implements ExchangeObserver {
  readonly #config: HubConfig
  readonly #emitter: Emitter
  readonly #outbox: Outbox
  readonly #errors: ErrorReporter
  readonly #spans: ServerSpans
  readonly #kinds = new Kinds()
  requests = 0

  constructor(config: HubConfig, emitter: Emitter, outbox: Outbox, errors: ErrorReporter) {
    this.#config = config
    this.#emitter = emitter
    this.#outbox = outbox
    this.#errors = errors
    this.#spans = new ServerSpans(emitter.redact)
  }

  ended(exchange: Exchange): void {
    this.requests++
    const kind = this.#kinds.of(exchange)
    const withEvent = this.#wanted(exchange) && this.#emitter.interaction(exchange, kind)
    if (exchange.errors) this.#reportErrors(exchange)
    else if (exchange.outcome === 'server_error') this.#reportAnswer(exchange)
    exchange.hostSpan?.finish(exchange, this.#emitter.redact, withEvent)
    if (!exchange.ignored) this.#outbox.metrics?.request(exchange, kind, this.#emitter.redact)
    if (this.#outbox.spans && exchange.sampled && !exchange.adopted && !exchange.ignored) {
      this.#outbox.offerSpan(this.#spans.of(exchange, kind, withEvent))
    }
  }

  adopts(exchange: Exchange, request: HttpRequest): AdoptedSpan | undefined {
    return adoptSpan(exchange, request, this.#emitter.redact)
  }

  /** An error of a response that goes on for long is not held back for ever. */
  erred(exchange: Exchange): void {
    if (exchange.ended) this.#reportErrors(exchange)
    else setTimeout(() => this.#reportErrors(exchange), ERROR_WAIT_MS).unref()
  }

  #wanted(exchange: Exchange): boolean {
    if (exchange.ignored) return false
    const { interactions, slowMs } = this.#config
    if (interactions === 'all' || (interactions === 'auto' && !this.#outbox.sparing)) return true
    if (exchange.outcome !== 'ok' || exchange.durationMs > slowMs) return true
    if (typeof interactions !== 'number') return false
    return Number.parseInt(exchange.traceId.slice(-8), 16) < interactions * 0x1_0000_0000
  }

  #reportErrors(exchange: Exchange): void {
    for (const captured of exchange.errors ?? []) {
      if (captured.reported) continue
      captured.reported = true
      this.#report(exchange, captured)
    }
  }

  #report(exchange: Exchange, captured: CapturedError): void {
    const { handled, at } = captured
    const { status } = exchange
    const expected = status !== undefined && status < 500 && (handled || status >= 400)
    this.#errors.describe(captured.describe(this.#emitter.redact), {
      handled,
      exchange,
      severity: expected ? 'warning' : 'error',
      occurredAt: new Date(at),
      eventName: 'http.server.request.exception',
    })
  }

  /** The safety net: the service answered 5xx or broke off its answer, and nothing that we saw was thrown. */
  #reportAnswer(exchange: Exchange): void {
    const { method, route, status, broken } = exchange
    const action = route ? `${method} ${route}` : method
    const error_type = broken ? 'IncompleteResponse' : `HTTP ${status}`
    const fact = broken ? `broke off its answer ${status}` : `answered ${status}`
    this.#errors.describe(
      { error_type, message: `${action} ${fact}; nothing thrown was seen` },
      { handled: !broken, exchange, severity: 'error', eventName: 'http.server.request.exception' },
    )
  }
}
