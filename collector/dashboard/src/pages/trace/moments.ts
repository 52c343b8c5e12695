import { summarise, type Summary } from '../../events/summary.ts'
import { isText, oneLine, pairs, type Fields } from '../../format/json.ts'
import type { StoredEvent } from '../../live/protocol.ts'
import { millis } from './tree.ts'
import type { Log, Span, Trace } from './types.ts'

/** Something that happened at one time of a trace. */
export interface Moment {
  /** What it was recorded as; one emission can be a hub event, a log and a span at once. */
  kinds: ('event' | 'span' | 'log' | 'span event')[]
  /** Milliseconds after the trace's begin. */
  atMs: number
  service: string
  spanId: string | null
  type: string
  said: Summary
  /** Of an error, what its group can be found by. */
  error?: TracedError
}

export interface TracedError {
  service: string
  type: string
  message: string
}

const SEVERE = 17
const WARNING = 13
// Said by the columns already, or too long for a line.
const HIDDEN = ['hub.event.id', 'exception.stacktrace', 'exception.type', 'exception.message']

/** Hub events, logs and span events of a trace by time. What carries the id of a hub event is one with it. */
export function momentsOf({ events, logs, spans }: Trace, beginNs: bigint): Moment[] {
  const byId = new Map(events.map((event) => [event.id, fromEvent(event, beginNs)]))
  const moments = [...byId.values()]
  for (const { attributes, endTimeUnixNano } of spans) {
    const twin = byId.get(String(attributes['hub.event.id']))
    if (twin) join(twin, 'span', millis(BigInt(endTimeUnixNano) - beginNs))
  }
  for (const log of logs) {
    const twin = byId.get(String(log.attributes['hub.event.id']))
    const moment = fromLog(log, beginNs)
    if (twin) join(twin, 'log', moment.atMs)
    else moments.push(moment)
  }
  for (const span of spans) moments.push(...span.events.map((event) => fromSpanEvent(span, event, beginNs)))
  return moments.toSorted((a, b) => a.atMs - b.atMs)
}

/** Spans and logs know the time better than to the millisecond. */
function join(moment: Moment, kind: 'span' | 'log', atMs: number): void {
  if (!moment.kinds.includes(kind)) moment.kinds.push(kind)
  if (Math.abs(moment.atMs - atMs) < 1) moment.atMs = atMs
}

function fromEvent(
  { type, source, occurred_at, payload, severity, span_id }: StoredEvent,
  beginNs: bigint,
): Moment {
  // Milliseconds are all that an event's time has: those of the same one as the begin are not before it.
  const atMs = Date.parse(occurred_at) - Math.floor(millis(beginNs))
  const said = summarise(type, payload, severity)
  const moment: Moment = { kinds: ['event'], atMs, service: source, spanId: span_id ?? null, type, said }
  if (type !== 'ErrorReported') return moment
  return withError(moment, payload['error_type'], payload['message'])
}

function fromLog(log: Log, beginNs: bigint): Moment {
  const { service, spanId, eventName, severityText, severityNumber, body, attributes } = log
  const time = log.timeUnixNano === '0' ? log.observedTimeUnixNano : log.timeUnixNano
  const tone = severityNumber >= SEVERE ? 'bad' : severityNumber >= WARNING ? 'warn' : 'plain'
  const text = body === null || body === '' ? exception(attributes) : oneLine(body)
  const moment: Moment = {
    kinds: ['log'],
    atMs: millis(BigInt(time) - beginNs),
    service,
    spanId,
    type: eventName || severityText || 'log',
    said: { text, tone, facts: rest(attributes) },
  }
  return withError(moment, attributes['exception.type'], attributes['exception.message'])
}

function fromSpanEvent(span: Span, event: Span['events'][number], beginNs: bigint): Moment {
  const { service, spanId } = span
  const failed = isText(event.attributes['exception.type']) || isText(event.attributes['exception.message'])
  const moment: Moment = {
    kinds: ['span event'],
    atMs: millis(BigInt(event.timeUnixNano) - beginNs),
    service,
    spanId,
    type: event.name,
    said: {
      text: exception(event.attributes),
      tone: failed ? 'bad' : 'plain',
      facts: rest(event.attributes),
    },
  }
  return withError(moment, event.attributes['exception.type'], event.attributes['exception.message'])
}

function withError(moment: Moment, type: unknown, message: unknown): Moment {
  if (!isText(type)) return moment
  return { ...moment, error: { service: moment.service, type, message: isText(message) ? message : '' } }
}

function exception(attributes: Fields): string {
  const parts = [attributes['exception.type'], attributes['exception.message']]
  return parts.filter((part) => isText(part)).join(': ')
}

function rest(attributes: Fields): Summary['facts'] {
  return pairs(attributes, HIDDEN).map((text) => ({ text, tone: 'plain' }))
}
