import { MESSAGE_LENGTH } from '../errors/mark.ts'
import { exceptionIn } from './exceptions.ts'
import type { PlainAttributes } from './plain.ts'
import type { ReadLogRecord, ReadSpan } from './read.ts'

/** An exception as the API shows it, once however many signals tell of it. */
export interface ReadException {
  service: string
  /** Null outside any span. */
  spanId: string | null
  /** Empty when it was not said; so are `message` and `stacktrace`. */
  type: string
  message: string
  stacktrace: string
  /** When it was first told of. */
  timeUnixNano: string
  /** Where it was told of. */
  seenIn: ('span_event' | 'log')[]
}

type Of<Item> = Item & { service: string }

/** The exceptions that the spans and log records of one trace tell of, in the order of their time. */
export function exceptionsOfTrace(
  spans: readonly Of<ReadSpan>[],
  logs: readonly Of<ReadLogRecord>[],
): ReadException[] {
  const known = new Map<string, ReadException>()
  for (const { service, spanId, events } of spans) {
    for (const { attributes, timeUnixNano } of events) {
      tell(known, 'span_event', attributes, { service, spanId, timeUnixNano })
    }
  }
  for (const { service, spanId, attributes, timeUnixNano, observedTimeUnixNano } of logs) {
    const time = timeUnixNano === '0' ? observedTimeUnixNano : timeUnixNano
    tell(known, 'log', attributes, { service, spanId, timeUnixNano: time })
  }
  return [...known.values()].toSorted((a, b) => Number(BigInt(a.timeUnixNano) - BigInt(b.timeUnixNano)))
}

function tell(
  known: Map<string, ReadException>,
  seenIn: ReadException['seenIn'][number],
  attributes: PlainAttributes,
  where: Pick<ReadException, 'service' | 'spanId' | 'timeUnixNano'>,
): void {
  const said = exceptionIn((name) => attributes[name])
  if (said === undefined) return
  const stack = attributes['exception.stacktrace']
  const stacktrace = typeof stack === 'string' ? stack : ''
  const apart = where.spanId ?? `none ${known.size}`
  const key = JSON.stringify([where.service, apart, said.type, said.message.slice(0, MESSAGE_LENGTH)])
  const before = known.get(key)
  if (!before) {
    known.set(key, { ...where, ...said, stacktrace, seenIn: [seenIn] })
    return
  }
  if (!before.seenIn.includes(seenIn)) before.seenIn.push(seenIn)
  if (BigInt(where.timeUnixNano) < BigInt(before.timeUnixNano)) before.timeUnixNano = where.timeUnixNano
  // One of the two may be cut shorter.
  if (said.message.length > before.message.length) before.message = said.message
  if (stacktrace.length > before.stacktrace.length) before.stacktrace = stacktrace
}
