import type { TraceQuery, TraceSummary } from '../../store.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { bySpanStart } from './span-order.ts'

// Spans looked at, newest first, to find the traces of one list; it keeps the answer quick on busy services.
const MAX_SCANNED = 50_000
// Spans of one trace may arrive this much before or after the others and still be counted in a list.
const SPREAD_MS = 15 * 60_000

interface SpanColumns {
  trace_id: Uint8Array
  span_id: Uint8Array
  parent_span_id: Uint8Array | null
  service_id: bigint
  name: string
  start_ns: bigint
  end_ns: bigint
  status_code: bigint
}

/** The traces that were active last, newest start first. */
export function listTraces(files: PartFiles, query: TraceQuery): TraceSummary[] {
  const service = query.service === undefined ? undefined : serviceId(files, query.service)
  if (service === null) return []
  const parts = files.parts('spans')
  const recent = recentTraces(files, parts, query, service)
  const { found } = recent
  const spans = spansOf(files, parts, recent)
  const names = serviceNames(files)
  return [...found.keys()]
    .map((id) => summarise(id, spans.get(id)!, names))
    .sort((a, b) => (a.startNs > b.startNs ? -1 : 1))
    .slice(0, query.limit)
    .map(({ summary }) => summary)
}

/** Name of a service number; numbers never change. */
export function serviceNames(files: PartFiles): (id: number | bigint) => string {
  const find = files.catalog.prepare('SELECT name FROM services WHERE id = ?')
  const known = new Map<number, string>()
  return (id) => {
    const key = Number(id)
    let name = known.get(key)
    if (name === undefined) {
      name = String(find.get(key)?.['name'])
      known.set(key, name)
    }
    return name
  }
}

function serviceId(files: PartFiles, name: string): number | null {
  return (files.catalog.prepare('SELECT id FROM services WHERE name = ?').get(name)?.['id'] ?? null) as
    | number
    | null
}

interface RecentTraces {
  /** The bytes to look a trace up by, by its id in hex. */
  found: Map<string, Uint8Array>
  /** Times of the spans that were seen; milliseconds since the epoch. */
  from: number
  to: number
}

function recentTraces(
  files: PartFiles,
  parts: ReadPart[],
  { since, limit }: TraceQuery,
  service: number | undefined,
): RecentTraces {
  const recent: RecentTraces = { found: new Map(), from: Number.POSITIVE_INFINITY, to: 0 }
  const sql = `SELECT trace_id, start_ns FROM spans WHERE start_ns >= ? ${service === undefined ? '' : 'AND service_id = ?'}
    ORDER BY seq DESC`
  const sinceNs = BigInt(since ?? 0) * 1_000_000n
  let scanned = 0
  for (const part of parts.toReversed()) {
    if (since !== undefined && part.maxTimeMs < since) continue
    const rows = files.prepare(part, sql, true).iterate(sinceNs, ...(service === undefined ? [] : [service]))
    for (const row of rows) {
      const bytes = row['trace_id'] as Uint8Array
      const startMs = Number((row['start_ns'] as bigint) / 1_000_000n)
      recent.from = Math.min(recent.from, startMs)
      recent.to = Math.max(recent.to, startMs)
      recent.found.set(Buffer.from(bytes).toString('hex'), bytes)
      if (recent.found.size >= limit || ++scanned >= MAX_SCANNED) return recent
    }
  }
  return recent
}

function spansOf(
  files: PartFiles,
  parts: ReadPart[],
  { found, from, to }: RecentTraces,
): Map<string, SpanColumns[]> {
  const spans = new Map<string, SpanColumns[]>([...found.keys()].map((id) => [id, []]))
  if (found.size === 0) return spans
  const keys = [...found.values()]
  const sql = `SELECT trace_id, span_id, parent_span_id, service_id, name, start_ns, end_ns, status_code
    FROM spans WHERE trace_id IN (${keys.map(() => '?').join()})`
  for (const part of parts) {
    if (part.maxTimeMs < from - SPREAD_MS || part.minTimeMs > to + SPREAD_MS) continue
    for (const row of files.prepare(part, sql, true).iterate(...keys)) {
      const span = row as unknown as SpanColumns
      const list = spans.get(Buffer.from(span.trace_id).toString('hex'))!
      if (list.some((other) => Buffer.compare(other.span_id, span.span_id) === 0)) continue
      list.push(span)
    }
  }
  return spans
}

function summarise(
  traceId: string,
  spans: SpanColumns[],
  names: (id: bigint) => string,
): { startNs: bigint; summary: TraceSummary } {
  spans.sort(bySpanStart)
  const root = spans.find((span) => span.parent_span_id === null) ?? spans[0]!
  const startNs = spans[0]!.start_ns
  const endNs = spans.reduce((end, span) => (span.end_ns > end ? span.end_ns : end), 0n)
  const summary: TraceSummary = {
    trace_id: traceId,
    name: root.name,
    service: names(root.service_id),
    services: [...new Set(spans.map((span) => names(span.service_id)))],
    start: new Date(Number(startNs / 1_000_000n)).toISOString(),
    duration_ms: Number(endNs - startNs) / 1e6,
    spans: spans.length,
    errors: spans.filter((span) => span.status_code === 2n).length,
  }
  return { startNs, summary }
}
