import {
  fieldErrors,
  hubEventInputSchema,
  newEventId,
  type FieldErrors,
  type HubEvent,
} from '@hubline/core/wire'
import type { EventsBody, Rejection } from '../store/store.ts'
import { BATCH_MAX_EVENTS, EVENT_MAX_BYTES, FUTURE_TOLERANCE_MS } from './limits.ts'

export interface DecodedEvent {
  event: HubEvent
  /** The event as JSON text. */
  json: string
  occurredMs: number
}

/** A body of hub events after validation; `single` bodies answer for one event, the others for a batch. */
export type DecodedEvents =
  | { kind: 'unreadable'; message: string }
  | { kind: 'too_many'; message: string }
  | { kind: 'single' | 'batch'; events: DecodedEvent[]; rejected: Rejection[] }

/** Reads and validates one body; an event that cannot be used is rejected alone. Never throws. */
export function decodeEvents(received: EventsBody): DecodedEvents {
  const text = Buffer.from(received.body.buffer, received.body.byteOffset, received.body.byteLength).toString(
    'utf8',
  )
  return received.format === 'ndjson' ? decodeLines(text, received) : decodeJson(text, received)
}

function decodeJson(text: string, received: EventsBody): DecodedEvents {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { kind: 'unreadable', message: `the body is not JSON: ${(error as Error).message}` }
  }
  const events: DecodedEvent[] = []
  const rejected: Rejection[] = []
  const keep = (result: DecodedEvent | Rejection) =>
    'event' in result ? events.push(result) : rejected.push(result)
  if (!Array.isArray(value)) {
    keep(decodeOne(value, 0, received, received.receivedAt + FUTURE_TOLERANCE_MS))
    return { kind: 'single', events, rejected }
  }
  if (value.length > BATCH_MAX_EVENTS) return tooMany(value.length)
  for (let index = 0; index < value.length; index++) keep(decodeOne(value[index], index, received))
  return { kind: 'batch', events, rejected }
}

function decodeLines(text: string, received: EventsBody): DecodedEvents {
  const events: DecodedEvent[] = []
  const rejected: Rejection[] = []
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length > BATCH_MAX_EVENTS) return tooMany(lines.length)
  for (const [index, line] of lines.entries()) {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch (error) {
      const message = `the line is not JSON: ${(error as Error).message}`
      rejected.push({ index, error: 'invalid_json', message, errors: { body: [message] } })
      continue
    }
    const result = decodeOne(value, index, received)
    if ('event' in result) events.push(result)
    else rejected.push(result)
  }
  return { kind: 'batch', events, rejected }
}

function tooMany(count: number): DecodedEvents {
  return {
    kind: 'too_many',
    message: `the batch has ${count} events, at most ${BATCH_MAX_EVENTS} are taken at once`,
  }
}

function decodeOne(
  value: unknown,
  index: number,
  { source }: EventsBody,
  latest = Number.POSITIVE_INFINITY,
): DecodedEvent | Rejection {
  const parsed = hubEventInputSchema.safeParse(value)
  if (!parsed.success) return invalid(value, index, fieldErrors(parsed.error))
  const input = parsed.data
  if (source !== null && input.source !== source) {
    const message = `the token is bound to the source "${source}", the event says "${input.source}"`
    return { index, ...idOf(value), error: 'source_mismatch', message, errors: { source: [message] } }
  }
  const occurredMs = Date.parse(input.occurred_at)
  if (occurredMs > latest) {
    const message = `is ${input.occurred_at}, more than 5 minutes ahead of the collector's clock`
    return invalid(value, index, { occurred_at: [message] })
  }
  const { id = newEventId(), type, source: from, occurred_at, payload, version = 1, ...rest } = input
  const event: HubEvent = { id, type, source: from, occurred_at, payload, version, ...rest }
  try {
    const json = JSON.stringify(event)
    if (json.length <= EVENT_MAX_BYTES) return { event, json, occurredMs }
    return invalid(value, index, {
      payload: [`makes the event ${json.length} bytes, at most ${EVENT_MAX_BYTES} are kept`],
    })
  } catch {
    return invalid(value, index, { payload: ['is nested too deeply'] })
  }
}

function invalid(value: unknown, index: number, errors: FieldErrors): Rejection {
  const [field, messages] = Object.entries(errors)[0] ?? ['body', ['is invalid']]
  const more = Object.keys(errors).length - 1
  const message = `${field}: ${messages[0]}${more > 0 ? ` (and ${more} more)` : ''}`
  return { index, ...idOf(value), error: 'validation_failed', message, errors }
}

function idOf(value: unknown): { id?: string } {
  const id = (value as { id?: unknown } | null)?.id
  return typeof id === 'string' ? { id: id.slice(0, 64) } : {}
}
