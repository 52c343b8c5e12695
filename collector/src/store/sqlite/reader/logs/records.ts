import { readLogRecord } from '../../../../otlp/read.ts'
import { formatLogId, severityWord, type LogRecord } from '../../../logs.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import { envOf, instanceOf, originsOf, type Origins } from '../resources.ts'
import { serviceNames } from '../service-names.ts'

const COLUMNS = 'seq, time_ns, service_id, resource_id, scope_id, record'

interface Row {
  seq: bigint
  time_ns: bigint
  service_id: bigint
  resource_id: bigint
  scope_id: bigint
  record: Uint8Array
}

/** A record that was found, with what only the store needs. */
export interface FoundLog {
  record: LogRecord
  part: ReadPart
  seq: bigint
  time: bigint
  resourceId: number
  /** Bytes that it is made of. */
  bytes: number
}

/** Reads records by their numbers. */
export class LogReader {
  readonly #files: PartFiles
  readonly #name: (id: bigint) => string

  constructor(files: PartFiles) {
    this.#files = files
    this.#name = serviceNames(files)
  }

  /** The record of this number; undefined where it is not, or no longer, kept. */
  find(seq: bigint): FoundLog | undefined {
    const part = this.#files.parts('logs').find(({ minSeq, maxSeq }) => minSeq <= seq && seq <= maxSeq)
    return part && this.read(part, seq)
  }

  /** The same where its part is known. */
  read(part: ReadPart, seq: bigint): FoundLog | undefined {
    const found = this.#files.prepare(part, `SELECT ${COLUMNS} FROM logs WHERE seq = ?`, true).get(seq)
    if (!found) return undefined
    const row = found as unknown as Row
    return {
      record: show(row, this.#name(row.service_id), originsOf(this.#files)),
      part,
      seq,
      time: row.time_ns,
      resourceId: Number(row.resource_id),
      bytes: row.record.byteLength,
    }
  }
}

function show(row: Row, service: string, origins: Origins): LogRecord {
  const resource = origins.resource(row.resource_id)
  const { name, version, attributes: scopeAttributes } = origins.scope(row.scope_id)
  const record = readLogRecord(row.record)
  const hubEvent = record.attributes['hub.event.id']
  return {
    id: formatLogId(row.seq),
    time: new Date(Number(row.time_ns / 1_000_000n)).toISOString(),
    time_unix_nano: row.time_ns.toString(),
    observed_time_unix_nano: record.observedTimeUnixNano,
    service,
    instance: instanceOf(resource),
    env: envOf(resource),
    severity: severityWord(record.severityNumber),
    severity_number: record.severityNumber,
    severity_text: record.severityText,
    event_name: record.eventName || null,
    body: record.body,
    attributes: record.attributes,
    dropped_attributes_count: record.droppedAttributesCount,
    resource: { attributes: resource.attributes },
    scope: { name, version, attributes: scopeAttributes },
    trace_id: record.traceId,
    span_id: record.spanId,
    trace_flags: record.flags & 0xff,
    hub_event_id: typeof hubEvent === 'string' ? hubEvent : null,
  }
}
