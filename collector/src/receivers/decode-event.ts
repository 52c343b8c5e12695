import {
  canonicalId,
  fieldsOf,
  fromOriginal,
  newEventId,
  payloadErrors,
  readEvent,
  type FieldErrors,
  type HubEvent,
  type HubEventInput,
} from '@hubline/core/wire'
import type { ValidateMode } from '../vocabulary/mode.ts'
import { LIMITS } from '../config/limits.ts'
import type { EventsBody, PublishedTo, Rejection } from '../store/store.ts'
import { isDeeper } from './depth.ts'
import { isWhole, type EventLine } from './event-lines.ts'

export interface DecodedEvent {
  event: HubEvent
  /** The event as JSON text. */
  json: string
  occurredMs: number
  /** What its sender calls it, where that is not its type. */
  name?: string
  published?: PublishedTo
}

type Received = Pick<EventsBody, 'dialect' | 'source' | 'receivedAt'>

/** Who knows what the payloads of some events must be like. */
export interface EventJudge {
  mode: ValidateMode
  /** What of an event's payload is not so, by field; undefined where all is, or nothing is known of it. */
  violations(event: HubEvent): FieldErrors | undefined
}

/** Of a UTF-16 unit in UTF-8. */
const MOST_BYTES = 3
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/**
 * Validates one event in whatever words it came.
 *
 * @param latest milliseconds since the epoch that `occurred_at` may not be after
 * @param line what `value` was read from, where it is a line of its own
 */
export function decodeEvent(
  value: unknown,
  index: number,
  { dialect, source, receivedAt }: Received,
  judge?: EventJudge,
  latest: number = Number.POSITIVE_INFINITY,
  line?: EventLine,
): DecodedEvent | Rejection {
  const said =
    dialect === 'hub' ? fromOriginal('hub', value) : timed(fromOriginal(dialect, value), receivedAt)
  const refuse = (errors: FieldErrors): Rejection => invalid(value, index, fieldsOf(dialect, errors))
  const read = readEvent(said)
  if ('errors' in read) return refuse(read.errors)
  const input = read.event
  if (source !== null && input.source !== source) {
    const message = `the token is bound to the source "${source}", the event says "${input.source}"`
    return { index, ...idOf(value), error: 'source_mismatch', message, errors: { source: [message] } }
  }
  const wrong = payloadErrors(input.type, input.payload)
  if (wrong) return refuse(within('payload', wrong))
  if (isDeeper(input.payload, LIMITS.payloadLevels.value)) {
    return refuse({ payload: [`is nested more than ${LIMITS.payloadLevels.value} levels deep`] })
  }
  const occurredMs = Date.parse(input.occurred_at)
  if (occurredMs > latest) {
    const message = `is ${input.occurred_at}, more than 5 minutes ahead of the collector's clock`
    return refuse({ occurred_at: [message] })
  }
  const event = complete(input)
  const json = line && event === value && isWhole(line, event) ? line.text : JSON.stringify(event)
  const limit = LIMITS.eventBytes.value
  const place = dialect === 'mesh' ? placeOf(value) : {}
  const bytes = json.length * MOST_BYTES <= limit ? 0 : Buffer.byteLength(json)
  if (bytes <= limit) {
    const violations = judge?.violations(event)
    if (violations && judge?.mode === 'reject') return refuse(within('payload', violations))
    const marked = violations ? withViolations(json, violations) : json
    return { event, json: marked, occurredMs, ...nameOf(value, event), ...place }
  }
  return refuse({ payload: [`makes the event ${bytes} bytes, at most ${limit} are kept`] })
}

/** Why one event is not taken; `errors` by field, the first of which is the message. */
export function invalid(
  value: unknown,
  index: number,
  errors: FieldErrors,
  error: Rejection['error'] = 'validation_failed',
): Rejection {
  const [field, messages] = Object.entries(errors)[0] ?? ['body', ['is invalid']]
  const more = Object.keys(errors).length - 1
  const message = `${field}: ${messages[0]}${more > 0 ? ` (and ${more} more)` : ''}`
  return { index, ...idOf(value), error, message, errors }
}

/** The wires of others need not say when: then it is now. */
function timed(said: unknown, receivedAt: number): unknown {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return said
  return { occurred_at: new Date(receivedAt).toISOString(), ...said }
}

/** The event as it is kept: `input` itself, where that is all there. */
function complete(input: HubEventInput): HubEvent {
  if (isComplete(input)) return input
  const { id: said, type, source, occurred_at, payload, version = 1, ...rest } = input
  const id = said === undefined ? newEventId() : canonicalId(said)
  // Zeros are how some say that there is no trace: what has none must not become one.
  if (rest.trace_id === NO_TRACE) delete rest.trace_id
  if (rest.span_id === NO_SPAN) delete rest.span_id
  return { id, type, source, occurred_at, payload, version, ...rest }
}

function isComplete(input: HubEventInput): input is HubEvent {
  const { id, version, trace_id, span_id } = input
  if (id === undefined || version === undefined) return false
  return id === canonicalId(id) && trace_id !== NO_TRACE && span_id !== NO_SPAN
}

/** The event's text, with what is wrong with it. */
function withViolations(json: string, violations: FieldErrors): string {
  return `${json.slice(0, -1)},"violations":${JSON.stringify(within('payload', violations))}}`
}

function within(field: string, errors: FieldErrors): FieldErrors {
  const named = (path: string): string => (path === '' ? field : `${field}.${path}`)
  return Object.fromEntries(Object.entries(errors).map(([path, messages]) => [named(path), messages]))
}

function nameOf(value: unknown, { type }: HubEvent): { name?: string } {
  const name = (value as { event_type?: unknown }).event_type
  return typeof name === 'string' && name !== type ? { name } : {}
}

function placeOf(value: unknown): Pick<DecodedEvent, 'published'> {
  const { exchange, routing_key: routingKey } = value as Record<string, unknown>
  const published = {
    ...(typeof exchange === 'string' && { exchange }),
    ...(typeof routingKey === 'string' && { routingKey }),
  }
  return Object.keys(published).length > 0 ? { published } : {}
}

function idOf(value: unknown): { id?: string } {
  const { id, event_id = id } = (value ?? {}) as { id?: unknown; event_id?: unknown }
  return typeof event_id === 'string' ? { id: event_id.slice(0, 64) } : {}
}
