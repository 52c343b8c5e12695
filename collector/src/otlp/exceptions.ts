import { createHash } from 'node:crypto'
import { fromBinary } from '@bufbuild/protobuf'

import type { KeyValue } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { LogRecordSchema } from './gen/opentelemetry/proto/logs/v1/logs_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'

/**
 * What tells one exception from another: 16 bytes made of its trace, span, type and message. Null for one outside any
 * span, which nothing tells apart.
 */
export type ExceptionMark = Uint8Array | null

const NONE: readonly ExceptionMark[] = []
const TYPE = 'exception.type'
const MESSAGE = 'exception.message'
const MENTION = Buffer.from('exception.')
/** An SDK may cut an attribute of a span event shorter than that of a log record. */
export const MESSAGE_LENGTH = 100

/** The exceptions among the events of an encoded Span that has passed `checkMessage`, each once. */
export function exceptionsOfSpan(span: Uint8Array): readonly ExceptionMark[] {
  if (!mentionsException(span)) return NONE
  const { traceId, spanId, events } = fromBinary(SpanSchema, span, { readUnknownFields: false })
  const marks = new Map<string, ExceptionMark>()
  for (const { attributes } of events) {
    const said = exceptionIn(valueIn(attributes))
    if (said === undefined) continue
    const mark = markOf(traceId, spanId, said)
    marks.set(mark.toString('latin1'), mark)
  }
  return [...marks.values()]
}

/** The exception that an encoded LogRecord, which has passed `checkMessage`, tells of by its attributes. */
export function exceptionsOfLog(record: Uint8Array): readonly ExceptionMark[] {
  if (!mentionsException(record)) return NONE
  const { traceId, spanId, attributes } = fromBinary(LogRecordSchema, record, { readUnknownFields: false })
  const said = exceptionIn(valueIn(attributes))
  if (said === undefined) return NONE
  return [traceId.length === 0 || spanId.length === 0 ? null : markOf(traceId, spanId, said)]
}

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

function markOf(traceId: Uint8Array, spanId: Uint8Array, { type, message }: Said): Buffer {
  const hash = createHash('sha256').update(traceId).update(spanId)
  hash.update(JSON.stringify([type, message.slice(0, MESSAGE_LENGTH)]))
  return hash.digest().subarray(0, 16)
}
