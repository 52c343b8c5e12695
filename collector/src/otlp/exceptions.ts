import { fromBinary } from '@bufbuild/protobuf'
import type { Severity } from '@hubline/core/wire'

import { markInSpan, type ExceptionMark } from '../errors/mark.ts'
import { chosenFingerprint, occurrence, text, TOLD, type Occurrence } from '../errors/occurrence.ts'
import type { KeyValue } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { LogRecordSchema } from './gen/opentelemetry/proto/logs/v1/logs_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { isZero, toHex } from './ids.ts'

/** An exception that a span or a log record tells of. */
export interface ToldException {
  mark: ExceptionMark
  occurrence: Occurrence
}

const NONE: readonly ToldException[] = []
const TYPE = 'exception.type'
const MESSAGE = 'exception.message'
const STACK = 'exception.stacktrace'
const FINGERPRINT = 'hub.error.fingerprint'
const MENTION = Buffer.from('exception.')

/** The exceptions among the events of an encoded Span that has passed `checkMessage`, each once. */
export function exceptionsOfSpan(span: Uint8Array): readonly ToldException[] {
  if (!mentionsException(span)) return NONE
  const decoded = fromBinary(SpanSchema, span, { readUnknownFields: false })
  const { traceId, spanId, events, attributes } = decoded
  const told = new Map<string, ToldException>()
  for (const event of events) {
    const said = exceptionIn(valueIn(event.attributes))
    if (said === undefined) continue
    const mark = markInSpan(traceId, spanId, said)
    const nanos = event.timeUnixNano || decoded.endTimeUnixNano
    const ids = { traceId: toHex(traceId), spanId: toHex(spanId) }
    told.set(Buffer.from(mark).toString('latin1'), {
      mark,
      occurrence: tell(TOLD.span_event, said, [event.attributes, attributes], nanos, ids),
    })
  }
  return [...told.values()]
}

/** The exception that an encoded LogRecord, which has passed `checkMessage`, tells of by its attributes. */
export function exceptionsOfLog(record: Uint8Array): readonly ToldException[] {
  if (!mentionsException(record)) return NONE
  const decoded = fromBinary(LogRecordSchema, record, { readUnknownFields: false })
  const { traceId, spanId, attributes, timeUnixNano, observedTimeUnixNano, severityNumber } = decoded
  const value = valueIn(attributes)
  const said = exceptionIn(value)
  if (said === undefined) return NONE
  const inSpan = !isZero(traceId) && !isZero(spanId)
  const facts = {
    traceId: isZero(traceId) ? null : toHex(traceId),
    spanId: isZero(spanId) ? null : toHex(spanId),
    eventId: text(value('hub.event.id')),
    severity: severityOf(severityNumber),
  }
  return [
    {
      mark: inSpan ? markInSpan(traceId, spanId, said) : null,
      occurrence: tell(TOLD.log, said, [attributes], timeUnixNano || observedTimeUnixNano, facts),
    },
  ]
}

const LOWEST: readonly (readonly [Severity, number])[] = [
  ['critical', 21],
  ['error', 17],
  ['warning', 13],
  ['info', 9],
  ['debug', 1],
]

/** A quick look, so that what tells of no exception is not decoded. */
function mentionsException({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  return Buffer.from(buffer, byteOffset, byteLength).includes(MENTION)
}

export interface Said {
  type: string
  message: string
}

/**
 * The exception that attributes tell of, if any: by the semantic conventions one of type and message is required.
 *
 * @param attribute gives the value of an attribute by its key.
 */
export function exceptionIn(attribute: (key: string) => unknown): Said | undefined {
  const [type, message] = [attribute(TYPE), attribute(MESSAGE)].map((value) =>
    typeof value === 'string' ? value : '',
  ) as [string, string]
  return type === '' && message === '' ? undefined : { type, message }
}

const valueIn = (attributes: readonly KeyValue[]) => (name: string) =>
  attributes.findLast(({ key }) => key === name)?.value?.value.value

/** @param attributes the nearest first. */
function tell(
  by: number,
  said: Said,
  attributes: readonly (readonly KeyValue[])[],
  nanos: bigint,
  facts: Partial<Occurrence>,
): Occurrence {
  const value = (...names: string[]): unknown => {
    for (const pairs of attributes) {
      const found = names.map(valueIn(pairs)).find((each) => each !== undefined)
      if (found !== undefined) return found
    }
    return undefined
  }
  const stack = value(STACK)
  const status = Number(value('http.response.status_code', 'http.status_code'))
  const fingerprint = chosenFingerprint(value(FINGERPRINT))
  return occurrence({
    ...facts,
    ...said,
    told: fingerprint === null ? by : by | TOLD.chosen,
    stack: typeof stack === 'string' ? stack : '',
    fingerprint,
    timeMs: Number(nanos / 1_000_000n),
    method: text(value('http.request.method', 'http.method')),
    route: text(value('http.route')),
    status: Number.isInteger(status) && status > 0 ? status : null,
    user: text(value('user.id', 'enduser.id')),
  })
}

/** The hub's word for an OTLP SeverityNumber; null where none is given. */
function severityOf(number: number): string | null {
  return LOWEST.find(([, lowest]) => number >= lowest)?.[0] ?? null
}
