import { fromBinary } from '@bufbuild/protobuf'
import { BinaryReader } from '@bufbuild/protobuf/wire'

import type { LogRow, OtlpOrigin } from '../store/rows.ts'
import { EMPTY, stepOver } from './columns.ts'
import { exceptionsOfLog } from './exceptions.ts'
import { AnyValueSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { optionalId } from './ids.ts'
import { storableNanos } from './nanos.ts'
import { plainValue } from './plain.ts'

/**
 * The columns of an encoded LogRecord that has passed `checkMessage`. The time is when it happened, else when it was
 * observed; a body that is not a string becomes its JSON.
 *
 * @throws Error when an id is there but of the wrong length, or a time is out of range.
 */
export function logRow(record: Uint8Array, origin: OtlpOrigin): LogRow {
  const reader = new BinaryReader(record)
  let time = 0n
  let observed = 0n
  let severityNumber = 0
  let body = EMPTY
  let traceId = EMPTY
  let spanId = EMPTY
  let eventName = ''
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    switch (tag >>> 3) {
      case 1:
        time = reader.fixed64() as bigint
        break
      case 2:
        severityNumber = reader.int32()
        break
      case 5:
        body = reader.bytes()
        break
      case 9:
        traceId = reader.bytes()
        break
      case 10:
        spanId = reader.bytes()
        break
      case 11:
        observed = reader.fixed64() as bigint
        break
      case 12:
        eventName = reader.string()
        break
      default:
        stepOver(reader, tag >>> 3, tag & 7)
    }
  }
  return {
    service: origin.service,
    resource: origin.resource,
    scope: origin.scope,
    timeUnixNano: storableNanos(time || observed, time ? 'time_unix_nano' : 'observed_time_unix_nano'),
    traceId: optionalId(traceId, 16, 'trace_id'),
    spanId: optionalId(spanId, 8, 'span_id'),
    severityNumber,
    eventName,
    body: bodyText(body),
    record,
    exceptions: exceptionsOfLog(record),
  }
}

function bodyText(body: Uint8Array): string {
  if (body.length === 0) return ''
  const value = plainValue(fromBinary(AnyValueSchema, body, { readUnknownFields: false }))
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
