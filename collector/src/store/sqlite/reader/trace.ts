import { exceptionsOfTrace } from '../../../otlp/trace-exceptions.ts'
import { readLogRecord, readSpan } from '../../../otlp/read.ts'
import type { TraceDetail } from '../../traces.ts'
import { listEvents } from './events.ts'
import type { PartFiles } from './part-files.ts'
import { originsOf } from './resources.ts'
import { serviceNames, serviceNumber } from './service-names.ts'
import { bySpanStart } from './span-order.ts'
import { spanKey } from './span-key.ts'
import type { TraceParts } from './trace-parts.ts'

const MAX_SPANS = 10_000
const MAX_LOGS = 2000
const MAX_EVENTS = 500
const MAX_BYTES = 32 * 1024 * 1024

interface Row {
  trace_id: Uint8Array
  span_id: Uint8Array | null
  service_id: bigint
  resource_id: bigint
  scope_id: bigint
}

interface SpanRow extends Row {
  span_id: Uint8Array
  start_ns: bigint
  end_ns: bigint
  status_code: bigint
  bytes: Uint8Array
}

interface LogRow extends Row {
  time_ns: bigint
  bytes: Uint8Array
}

const SHARED = 'trace_id, span_id, service_id, resource_id, scope_id'
const SPAN_COLUMNS = `${SHARED}, start_ns, end_ns, status_code, span AS bytes`
const LOG_COLUMNS = `${SHARED}, time_ns, record AS bytes`

/** Everything that carries a trace id (32 lower-case hex digits), or what of it is a service's own, as JSON. */
export function readTrace(
  files: PartFiles,
  parts: TraceParts,
  traceId: string,
  only?: string,
): string | undefined {
  const id = Buffer.from(traceId, 'hex')
  const service = only === undefined ? undefined : BigInt(serviceNumber(files, only) ?? -1)
  const wanted = (row: Row) =>
    (service === undefined || row.service_id === service) && Buffer.compare(row.trace_id, id) === 0
  const spans = new Kept<SpanRow>(MAX_SPANS)
  const seen = new Set<string>()
  let errors = 0
  const traceIds = [id]
  for (const row of parts.rows<SpanRow>({ signal: 'spans', columns: SPAN_COLUMNS, traceIds })) {
    // One that was sent again while its part was open is in there twice.
    if (!wanted(row) || seen.size === seen.add(spanKey(row)).size) continue
    spans.add(row)
    if (row.status_code === 2n) errors++
  }
  const logs = new Kept<LogRow>(MAX_LOGS)
  for (const row of parts.rows<LogRow>({ signal: 'logs', columns: LOG_COLUMNS, traceIds })) {
    if (wanted(row)) logs.add(row)
  }
  const events = listEvents(files, { traceId, limit: MAX_EVENTS, order: 'asc', source: only })
  if (spans.count === 0 && logs.count === 0 && events.events.length === 0) return undefined

  spans.rows.sort(bySpanStart)
  logs.rows.sort((a, b) => (a.time_ns < b.time_ns ? -1 : 1))
  const names = serviceNames(files)
  const origins = originsOf(files)
  const origin = (row: Row) => ({
    resource: origins.resource(row.resource_id),
    scope: origins.scope(row.scope_id),
  })
  const readSpans = spans.rows.map((row) => {
    const durationMs = Number(row.end_ns - row.start_ns) / 1e6
    return { service: names(row.service_id), durationMs, ...readSpan(row.bytes), ...origin(row) }
  })
  const readLogs = logs.rows.map((row) => {
    return { service: names(row.service_id), ...readLogRecord(row.bytes), ...origin(row) }
  })
  const times = spansTime(spans.rows)
  const detail: TraceDetail = {
    trace_id: traceId,
    services: [
      ...new Set([
        ...[...spans.rows, ...logs.rows].map((row) => names(row.service_id)),
        ...events.events.map((event) => event.source),
      ]),
    ],
    start: times && toIso(times.start),
    end: times && toIso(times.end),
    duration_ms: times && Number(times.end - times.start) / 1e6,
    counts: {
      spans: spans.count,
      errors,
      logs: logs.count,
      events: events.events.length,
    },
    spans: readSpans,
    logs: readLogs,
    exceptions: exceptionsOfTrace(readSpans, readLogs),
    truncated: spans.isCut || logs.isCut || events.hasMore,
  }
  // Events are JSON already; reading and writing them again would be work for nothing.
  const text = JSON.stringify(detail)
  return `${text.slice(0, -1)},"events":[${events.events.map((event) => event.json).join(',')}]}`
}

/** The first rows, as many as an answer can carry; the others are only counted. */
class Kept<Of extends { bytes: Uint8Array }> {
  readonly rows: Of[] = []
  count = 0
  readonly #max: number
  #bytes = 0

  constructor(max: number) {
    this.#max = max
  }

  get isCut(): boolean {
    return this.count > this.rows.length
  }

  add(row: Of): void {
    this.count++
    this.#bytes += row.bytes.length
    if (this.rows.length < this.#max && this.#bytes <= MAX_BYTES) this.rows.push(row)
  }
}

function spansTime(spans: readonly SpanRow[]): { start: bigint; end: bigint } | null {
  if (spans.length === 0) return null
  const end = spans.reduce((last, span) => (span.end_ns > last ? span.end_ns : last), 0n)
  return { start: spans[0]!.start_ns, end }
}

function toIso(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString()
}
