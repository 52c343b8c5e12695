import { type ProtobufWriter, WireType } from './protobuf-writer.ts'

import { writeAttributes, writeValue } from './attributes.ts'
import type { LogRecord, Scope } from './records.ts'
import { encodeRequest } from './resource.ts'
import { writeId, writeNanos, writeText } from './wire-fields.ts'

/**
 * Encodes log records as an ExportLogsServiceRequest, the body of `POST /v1/logs`.
 *
 * @param resource from `encodeResource`
 */
export function encodeLogs(resource: Uint8Array, scope: Scope, logs: readonly LogRecord[]): Uint8Array {
  return encodeRequest(resource, scope, logs, writeLogRecord)
}

function writeLogRecord(writer: ProtobufWriter, log: LogRecord): void {
  writeNanos(writer, 1, log.timeMs)
  writer.tag(2, WireType.Varint).uint32(log.severityNumber)
  writeText(writer, 3, log.severityText)
  if (log.body !== undefined) {
    writer.tag(5, WireType.LengthDelimited).fork()
    writeValue(writer, log.body)
    writer.join()
  }
  writeAttributes(writer, 6, log.attributes)
  if (log.traceId !== undefined) writeId(writer, 9, log.traceId, 16)
  if (log.spanId !== undefined) writeId(writer, 10, log.spanId, 8)
  writeNanos(writer, 11, log.timeMs)
  writeText(writer, 12, log.eventName)
}
