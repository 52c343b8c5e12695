import { isUtf8 } from 'node:buffer'
import { LIMITS } from '../config/limits.ts'
import type { EventsBody, Rejection } from '../store/store.ts'
import { decodeEvent, invalid, type DecodedEvent, type EventJudge } from './decode-event.ts'
import { isDeeperText } from './depth.ts'
import { eventLines, type EventLine } from './event-lines.ts'
import { FUTURE_TOLERANCE_MS } from './limits.ts'

export type { DecodedEvent, EventJudge } from './decode-event.ts'

/** A body of hub events after validation; `single` bodies answer for one event, the others for a batch. */
export type DecodedEvents =
  | { kind: 'unreadable' | 'misshapen' | 'too_many'; message: string }
  | { kind: 'single' | 'batch'; events: DecodedEvent[]; rejected: Rejection[] }

const BATCH_MAX_EVENTS = LIMITS.batchEvents.value
const MAX_LEVELS = LIMITS.jsonLevels.value
const NOT_UTF8 = 'has bytes that are not UTF-8'

/** Reads and validates one body; an event that cannot be used is rejected alone. Never throws. */
export function decodeEvents(received: EventsBody, judge?: EventJudge): DecodedEvents {
  const { body, format } = received
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (format === 'ndjson') return decodeLines(bytes, received, judge)
  if (!isUtf8(bytes)) return { kind: 'unreadable', message: `the body ${NOT_UTF8}` }
  if (isDeeperText(bytes, MAX_LEVELS)) {
    return { kind: 'unreadable', message: `the body is nested more than ${MAX_LEVELS} levels deep` }
  }
  return decodeJson(bytes.toString('utf8'), received, judge)
}

function decodeJson(text: string, received: EventsBody, judge: EventJudge | undefined): DecodedEvents {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { kind: 'unreadable', message: `the body is not JSON: ${(error as Error).message}` }
  }
  const { shape, around, dialect, receivedAt } = received
  if (around) value = { ...around, payload: value }
  const many = Array.isArray(value)
  if (shape === 'one' && many) return { kind: 'misshapen', message: 'the body must be one event' }
  if (shape === 'many' && !many) return { kind: 'misshapen', message: 'the body must be an array of events' }
  if (!many) {
    // Only the hub's contract says how far ahead an event may be.
    const latest = dialect === 'hub' ? receivedAt + FUTURE_TOLERANCE_MS : undefined
    return { kind: 'single', ...sorted([decodeEvent(value, 0, received, judge, latest)]) }
  }
  const values = value as unknown[]
  if (values.length > BATCH_MAX_EVENTS) return tooMany(values.length)
  return { kind: 'batch', ...sorted(values.map((each, index) => decodeEvent(each, index, received, judge))) }
}

function decodeLines(bytes: Buffer, received: EventsBody, judge: EventJudge | undefined): DecodedEvents {
  const lines = eventLines(bytes)
  if (lines.length > BATCH_MAX_EVENTS) return tooMany(lines.length)
  return { kind: 'batch', ...sorted(lines.map((line, index) => decodeLine(line, index, received, judge))) }
}

function decodeLine(
  line: EventLine | null,
  index: number,
  received: EventsBody,
  judge: EventJudge | undefined,
): DecodedEvent | Rejection {
  if (line === null) return invalid(undefined, index, { body: [NOT_UTF8] }, 'invalid_json')
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch (error) {
    const message = `the line is not JSON: ${(error as Error).message}`
    return { index, error: 'invalid_json', message, errors: { body: [message] } }
  }
  return decodeEvent(value, index, received, judge, undefined, line)
}

function sorted(results: (DecodedEvent | Rejection)[]): { events: DecodedEvent[]; rejected: Rejection[] } {
  const events: DecodedEvent[] = []
  const rejected: Rejection[] = []
  for (const result of results) {
    if ('event' in result) events.push(result)
    else rejected.push(result)
  }
  return { events, rejected }
}

function tooMany(count: number): DecodedEvents {
  const message = `the batch has ${count} events, at most ${BATCH_MAX_EVENTS} are taken at once`
  return { kind: 'too_many', message }
}
