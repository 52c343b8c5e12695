import type { QueuedRecord } from '../client/outbox.ts'
import { headerAttributes } from '../exchange/captured-headers.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { retainedBytes } from '../exchange/retained.ts'
import type { SpanRecord } from '../otlp/records.ts'
import type { Priority } from '../wire/event.ts'
import type { Redactor } from '../wire/redaction.ts'
import { exceptionEvents, isFailure, outcomeAttributes, requestAttributes, spanName } from './http-span.ts'

const SERVER = 2
/** What a finished exchange weighs in memory beyond its strings, about. */
const EXCHANGE_BYTES = 600

/** The SERVER span of a finished exchange, by the stable HTTP conventions. */
export class ServerSpan implements QueuedRecord<SpanRecord> {
  readonly priority: Priority = 'normal'
  readonly bytes: number
  readonly #exchange: Exchange
  readonly #redact: Redactor
  readonly #hasEvent: boolean

  constructor(exchange: Exchange, redact: Redactor, hasEvent: boolean) {
    this.#exchange = exchange
    this.#redact = redact
    this.#hasEvent = hasEvent
    this.bytes = retainedBytes(exchange, EXCHANGE_BYTES)
  }

  record(): SpanRecord {
    const exchange = this.#exchange
    const redact = this.#redact
    return {
      traceId: exchange.traceId,
      spanId: exchange.spanId,
      parentSpanId: exchange.parentSpanId,
      traceState: exchange.traceState,
      remoteParent: exchange.parentSpanId !== undefined,
      name: spanName(exchange),
      kind: SERVER,
      startMs: exchange.startedAt,
      durationMs: exchange.durationMs,
      status: isFailure(exchange) ? 2 : 0,
      attributes: {
        ...exchange.attributes,
        ...requestAttributes(exchange, redact),
        ...headerAttributes(exchange.headersSeen),
        ...outcomeAttributes(exchange, redact, this.#hasEvent),
      },
      events: exceptionEvents(exchange, redact),
    }
  }
}
