import { exceptionsOfTrace } from '../../../otlp/trace-exceptions.ts'
import { readLogRecord, readResource, readScope, readSpan } from '../../../otlp/read.ts'
import type { DecodedItem, TraceDetail } from '../../store.ts'
import { listEvents } from './events.ts'
import type { PartFiles } from './part-files.ts'
import { bySpanStart } from './span-order.ts'
import { serviceNames } from './traces.ts'

const MAX_SPANS = 5000
const MAX_LOGS = 2000
const MAX_EVENTS = 500

interface SpanRow {
  span_id: Uint8Array
  service_id: bigint
  resource_id: bigint
  scope_id: bigint
  start_ns: bigint
  end_ns: bigint
  span: Uint8Array
}

interface LogRow {
  service_id: bigint
  resource_id: bigint
  scope_id: bigint
  time_ns: bigint
  record: Uint8Array
}

/** Everything that carries a trace id (32 lower-case hex digits): spans, logs and hub events. */
export function readTrace(files: PartFiles, traceId: string): TraceDetail | undefined {
  const id = Buffer.from(traceId, 'hex')
  const spans = collectSpans(files, id)
  const logs = collect<LogRow>(
    files,
    'logs',
    'SELECT service_id, resource_id, scope_id, time_ns, record FROM logs WHERE trace_id = ? LIMIT ?',
    id,
    MAX_LOGS,
  )
  const events = listEvents(files, { traceId, limit: MAX_EVENTS, order: 'asc' })
  if (spans.length === 0 && logs.length === 0 && events.events.length === 0) return undefined
  spans.sort(bySpanStart)
  logs.sort((a, b) => (a.time_ns < b.time_ns ? -1 : 1))
  const names = serviceNames(files)
  const origin = origins(files)
  const start = spans[0]?.start_ns
  const end = spans.reduce((last, span) => (span.end_ns > last ? span.end_ns : last), 0n)
  const services = [
    ...[...spans, ...logs].map((row) => names(row.service_id)),
    ...events.events.map((event) => event.source),
  ]
  const readSpans = spans.slice(0, MAX_SPANS).map((row) => {
    const durationMs = Number(row.end_ns - row.start_ns) / 1e6
    return { service: names(row.service_id), durationMs, ...readSpan(row.span), ...origin(row) }
  })
  const readLogs = logs.slice(0, MAX_LOGS).map((row) => {
    return { service: names(row.service_id), ...readLogRecord(row.record), ...origin(row) }
  })
  return {
    trace_id: traceId,
    services: [...new Set(services)],
    start: start === undefined ? null : toIso(start),
    end: start === undefined ? null : toIso(end),
    duration_ms: start === undefined ? null : Number(end - start) / 1e6,
    spans: readSpans,
    logs: readLogs,
    exceptions: exceptionsOfTrace(readSpans, readLogs),
    events: events.events.map((event) => event.json),
    truncated: spans.length > MAX_SPANS || logs.length > MAX_LOGS || events.hasMore,
  }
}

/** A span that was sent again while its part was open is in there twice: the first one counts. */
function collectSpans(files: PartFiles, id: Uint8Array): SpanRow[] {
  const sql = `SELECT span_id, service_id, resource_id, scope_id, start_ns, end_ns, span
    FROM spans WHERE trace_id = ? LIMIT ?`
  const unique = new Map<string, SpanRow>()
  for (const row of collect<SpanRow>(files, 'spans', sql, id, MAX_SPANS)) {
    const key = Buffer.from(row.span_id).toString('hex')
    if (!unique.has(key)) unique.set(key, row)
  }
  return [...unique.values()]
}

/** One row more than `max` tells that there are more. */
function collect<Row>(
  files: PartFiles,
  signal: 'spans' | 'logs',
  sql: string,
  id: Uint8Array,
  max: number,
): Row[] {
  const rows: Row[] = []
  for (const part of files.parts(signal)) {
    if (rows.length > max) break
    rows.push(...(files.prepare(part, sql, true).all(id, max + 1 - rows.length) as Row[]))
  }
  return rows
}

function origins(files: PartFiles): (row: { resource_id: bigint; scope_id: bigint }) => DecodedItem {
  const statements = {
    resource: files.catalog.prepare('SELECT bytes FROM resources WHERE id = ?'),
    scope: files.catalog.prepare('SELECT bytes FROM scopes WHERE id = ?'),
  }
  const known = new Map<string, unknown>()
  const find = (kind: 'resource' | 'scope', id: bigint) => {
    const key = `${kind}${id}`
    if (!known.has(key)) {
      const bytes = statements[kind].get(id)!['bytes'] as Uint8Array
      known.set(key, kind === 'resource' ? readResource(bytes) : readScope(bytes))
    }
    return known.get(key)
  }
  return (row) => ({ resource: find('resource', row.resource_id), scope: find('scope', row.scope_id) })
}

function toIso(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString()
}
