import type { QueuedEvent } from '../client/hub-post.ts'
import type { Exchange } from '../exchange/exchange.ts'
import { retainedBytes } from '../exchange/retained.ts'
import type { Priority } from '../wire/event.ts'
import type { HttpInteraction } from '../wire/payloads.ts'
import type { Envelope } from './envelope.ts'

/** What one weighs in memory beyond its strings, about. */
const EVENT_BYTES = 500

/** The InteractionDetected of a finished exchange; becomes text when its batch is sent. */
export class InteractionEvent implements QueuedEvent {
  readonly priority: Priority
  readonly bytes: number
  readonly #exchange: Exchange
  readonly #envelope: Envelope
  readonly seq: number

  constructor(exchange: Exchange, envelope: Envelope, seq: number) {
    this.#exchange = exchange
    this.#envelope = envelope
    this.seq = seq
    this.priority = exchange.outcome === 'ok' ? 'low' : 'normal'
    this.bytes = retainedBytes(exchange, EVENT_BYTES)
  }

  json(): string {
    const exchange = this.#exchange
    return JSON.stringify({
      id: exchange.eventId,
      type: 'InteractionDetected',
      ...this.#envelope,
      occurred_at: new Date(exchange.startedAt + exchange.durationMs).toISOString(),
      payload: interactionOf(exchange),
      seq: this.seq,
      priority: this.priority,
      correlation_id: exchange.correlationId,
      trace_id: exchange.traceId,
      span_id: exchange.spanId,
    })
  }
}

/** What a finished exchange says of itself. */
export function interactionOf(exchange: Exchange): HttpInteraction {
  const { method, route, status, outcome, durationMs } = exchange
  return {
    action: route ? `${method} ${route}` : method,
    outcome: outcome!,
    method,
    ...(route ? { route } : {}),
    ...(status === undefined ? {} : { status }),
    ...(exchange.headersSeen ? { headers: exchange.headersSeen } : {}),
    ...(exchange.bodySeen ? { body: exchange.bodySeen } : {}),
    duration_ms: Math.round(durationMs * 1000) / 1000,
  }
}
