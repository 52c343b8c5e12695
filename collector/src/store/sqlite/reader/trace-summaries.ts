import type { TraceSummary } from '../../traces.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { serviceNames, serviceNumber } from './service-names.ts'
import { bySpanStart } from './span-order.ts'
import { spanKey } from './span-key.ts'
import type { TraceParts } from './trace-parts.ts'

// Spans of all the traces of a list together; of more than these the rest is not counted.
const MAX_SPANS = 100_000
// Spans of one trace may start this much before or after the others and still be counted in a list.
const SPREAD_MS = 15 * 60_000
const COLUMNS = 'seq, trace_id, span_id, parent_span_id, service_id, name, start_ns, end_ns, status_code'

interface SpanColumns {
  seq: bigint
  trace_id: Uint8Array
  span_id: Uint8Array
  parent_span_id: Uint8Array | null
  service_id: bigint
  name: string
  start_ns: bigint
  end_ns: bigint
  status_code: bigint
}

/** Which traces, and when their spans that were found started. */
export interface FoundTraces {
  /** The bytes of an id by its hex digits. */
  ids: ReadonlyMap<string, Uint8Array>
  /** Milliseconds since the epoch. */
  from: number
  to: number
}

/**
 * Tells of traces by their spans, newest start first.
 *
 * @param only the service whose spans alone count.
 */
export function summariseTraces(
  files: PartFiles,
  parts: TraceParts,
  { ids, from, to }: FoundTraces,
  only?: string,
): TraceSummary[] {
  const service = only === undefined ? undefined : BigInt(serviceNumber(files, only) ?? -1)
  const spans = new Map<string, Map<string, SpanColumns>>([...ids.keys()].map((id) => [id, new Map()]))
  const near = (part: ReadPart) => part.maxTimeMs >= from - SPREAD_MS && part.minTimeMs <= to + SPREAD_MS
  let count = 0
  const wanted = { signal: 'spans', columns: COLUMNS, traceIds: [...ids.values()], fits: near } as const
  for (const span of parts.rows<SpanColumns>(wanted)) {
    if (service !== undefined && span.service_id !== service) continue
    const known = spans.get(Buffer.from(span.trace_id).toString('hex'))
    if (!known) continue
    // One that was sent again while its part was open is in there twice.
    const key = spanKey(span)
    if (!known.has(key)) known.set(key, span)
    if (++count >= MAX_SPANS) break
  }
  const names = serviceNames(files)
  return [...spans]
    .filter(([, ofTrace]) => ofTrace.size > 0)
    .map(([id, ofTrace]) => summarise(id, [...ofTrace.values()], names))
    .toSorted((a, b) => (a.startNs > b.startNs ? -1 : 1))
    .map(({ summary }) => summary)
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
