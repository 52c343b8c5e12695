import { BinaryReader } from '@bufbuild/protobuf/wire'

import type { OtlpOrigin, SpanRow } from '../store/rows.ts'
import { EMPTY, stepOver } from './columns.ts'
import { exceptionsOfSpan } from './exceptions.ts'
import { optionalId, requiredId } from './ids.ts'
import { storableNanos } from './nanos.ts'

/**
 * The columns of an encoded Span that has passed `checkMessage`. Ids are views of `span`.
 *
 * @throws Error when an id is missing, all zero or of the wrong length, or a time is out of range.
 */
export function spanRow(span: Uint8Array, origin: OtlpOrigin): SpanRow {
  const reader = new BinaryReader(span)
  let traceId = EMPTY
  let spanId = EMPTY
  let parentSpanId = EMPTY
  let name = ''
  let kind = 0
  let start = 0n
  let end = 0n
  let statusCode = 0
  let hasEvents = false
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    switch (tag >>> 3) {
      case 1:
        traceId = reader.bytes()
        break
      case 2:
        spanId = reader.bytes()
        break
      case 4:
        parentSpanId = reader.bytes()
        break
      case 5:
        name = reader.string()
        break
      case 6:
        kind = reader.int32()
        break
      case 7:
        start = reader.fixed64() as bigint
        break
      case 8:
        end = reader.fixed64() as bigint
        break
      case 11:
        hasEvents = true
        stepOver(reader, 11, tag & 7)
        break
      case 15:
        statusCode = readStatusCode(reader, reader.uint32(), statusCode)
        break
      default:
        stepOver(reader, tag >>> 3, tag & 7)
    }
  }
  return {
    service: origin.service,
    resource: origin.resource,
    scope: origin.scope,
    traceId: requiredId(traceId, 16, 'trace_id'),
    spanId: requiredId(spanId, 8, 'span_id'),
    parentSpanId: optionalId(parentSpanId, 8, 'parent_span_id'),
    name,
    kind,
    startUnixNano: storableNanos(start, 'start_time_unix_nano'),
    endUnixNano: storableNanos(end, 'end_time_unix_nano'),
    statusCode,
    span,
    exceptions: hasEvents ? exceptionsOfSpan(span) : [],
  }
}

function readStatusCode(reader: BinaryReader, length: number, before: number): number {
  const end = reader.pos + length
  let code = before
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag >>> 3 === 3) code = reader.int32()
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return code
}
