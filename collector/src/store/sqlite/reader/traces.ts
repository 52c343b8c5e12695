import type { SQLInputValue } from 'node:sqlite'
import type { TracePage, TraceSearch } from '../../traces.ts'
import { cursorToUlid, ulidToCursor } from '../cursor.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { MATCHED_COLUMNS, spanConditions, type SpanConditions } from './span-conditions.ts'
import type { TraceParts } from './trace-parts.ts'
import { summariseTraces } from './trace-summaries.ts'
import { WorkBudget } from './work-budget.ts'

// Spans found that are looked at; those of one trace can be many.
const MAX_FOUND = 200_000
const NOW = 2n ** 62n

interface Found {
  seq: bigint
  trace_id: Uint8Array
  start_ns: bigint
  duration: bigint
  received_ms: bigint
}

/**
 * Traces with a span that is as asked for. Spans are searched in the order in which they came, newest first, so a page goes on
 * where the one before it ended, whatever came since; of a trace the span that came last tells on which page it is.
 */
export function searchTraces(files: PartFiles, parts: TraceParts, search: TraceSearch): TracePage {
  const conditions = spanConditions(files, search)
  if (!conditions) return { traces: [], next: null, hasMore: false, searchedUntil: null }
  const before = (search.cursor === undefined ? undefined : ulidToCursor(search.cursor)) ?? NOW
  const found = find(files, parts, search, conditions, before)
  const times = [...found.traces.values()].map(({ start_ns }) => Number(start_ns / 1_000_000n))
  const ids = new Map([...found.traces].map(([id, { trace_id }]) => [id, trace_id]))
  const [from, to] = [times.reduce((a, b) => Math.min(a, b), Infinity), Math.max(0, ...times)]
  const summaries = summariseTraces(files, parts, { ids, from, to }, search.only)
  const longest = search.order === 'longest'
  return {
    traces: longest ? summaries.toSorted((a, b) => b.duration_ms - a.duration_ms) : summaries,
    next: found.end === undefined ? null : cursorToUlid(found.end.seq),
    hasMore: found.end !== undefined,
    searchedUntil: found.end === undefined ? null : new Date(found.end.receivedMs).toISOString(),
  }
}

interface FoundSpans {
  /** The newest span of each trace that was found, by the trace's hex digits. */
  traces: Map<string, Found>
  /** Where the search ended before it was through: rows before this one are not searched. */
  end: { seq: bigint; receivedMs: number } | undefined
}

function find(
  files: PartFiles,
  parts: TraceParts,
  search: TraceSearch,
  conditions: SpanConditions,
  before: bigint,
): FoundSpans {
  const budget = new WorkBudget({ rows: MAX_FOUND, ms: search.scanMs })
  const listed = new Listed(files, parts, conditions, before)
  const traces = new Map<string, Found>()
  const longest = search.order === 'longest'
  const candidates = files.parts('spans').filter((part) => part.minSeq < before && fits(part, search))
  let searched: ReadPart | undefined
  for (const part of candidates.toReversed()) {
    // One part at least, so that every page gets on.
    if (searched && budget.isSpent) {
      return { traces, end: { seq: part.maxSeq + 1n, receivedMs: searched.fromMs } }
    }
    searched = part
    const shortest = longest ? shortestOf(traces, search.limit) : -1n
    const here = new Set<string>()
    for (const row of matching(files, part, conditions, before, longest)) {
      budget.spend(1)
      const id = Buffer.from(row.trace_id).toString('hex')
      const known = traces.get(id)
      if (longest) {
        // The rest of the part is shorter still.
        if (row.duration <= shortest) break
        if (here.add(id).size > search.limit) break
        if (!known || row.duration > known.duration) traces.set(id, row)
      } else if (!known && !listed.has(row.trace_id, id)) {
        traces.set(id, row)
        if (traces.size >= search.limit) return { traces, end: endAt(row) }
      }
      if (!longest && budget.isSpent) return { traces, end: endAt(row) }
    }
    if (longest) keepLongest(traces, search.limit)
  }
  return { traces, end: undefined }
}

function endAt({ seq, received_ms }: Found): NonNullable<FoundSpans['end']> {
  return { seq, receivedMs: Number(received_ms) }
}

/** Spans of a part that are as asked for, the newest or the longest first. */
function* matching(
  files: PartFiles,
  part: ReadPart,
  { sql, values, matches }: SpanConditions,
  before: bigint,
  longest: boolean,
): Generator<Found> {
  const columns = `seq, trace_id, start_ns, end_ns - start_ns AS duration, received_ms${matches ? `, ${MATCHED_COLUMNS}` : ''}`
  const statement = `SELECT ${columns} FROM spans WHERE seq < ?${sql} ORDER BY ${longest ? 'duration' : 'seq'} DESC`
  const rows = files.prepare(part, statement, true).iterate(before, ...values)
  for (const row of rows as Iterable<unknown> as Iterable<
    Found & { resource_id: bigint; span: Uint8Array }
  >) {
    if (!matches || matches(row)) yield row
  }
}

function fits(part: ReadPart, { since = 0, until = Infinity }: TraceSearch): boolean {
  return part.maxTimeMs >= since && part.minTimeMs < until
}

/** Which traces an earlier page had: those with a span that was found before the cursor. */
class Listed {
  readonly #files: PartFiles
  readonly #parts: TraceParts
  readonly #conditions: SpanConditions
  readonly #before: bigint
  readonly #known = new Map<string, boolean>()

  constructor(files: PartFiles, parts: TraceParts, conditions: SpanConditions, before: bigint) {
    this.#files = files
    this.#parts = parts
    this.#conditions = conditions
    this.#before = before
  }

  has(traceId: Uint8Array, id: string): boolean {
    if (this.#before === NOW) return false
    let known = this.#known.get(id)
    if (known === undefined) this.#known.set(id, (known = this.#look(traceId)))
    return known
  }

  #look(traceId: Uint8Array): boolean {
    const { sql, values, matches } = this.#conditions
    const later = this.#parts.rows<{ seq: bigint }>(
      'spans',
      'seq',
      [traceId],
      (part) => part.maxSeq >= this.#before,
    )
    const parts = this.#files.parts('spans')
    const statement = `SELECT trace_id${matches ? `, ${MATCHED_COLUMNS}` : ''} FROM spans WHERE seq = ?${sql}`
    for (const { seq } of later) {
      if (seq < this.#before) continue
      const part = parts.find(({ minSeq, maxSeq }) => minSeq <= seq && seq <= maxSeq)
      const bound: SQLInputValue[] = [seq, ...values]
      const row = part && this.#files.prepare(part, statement, true).get(...bound)
      if (!row || Buffer.compare(row['trace_id'] as Uint8Array, traceId) !== 0) continue
      if (!matches || matches(row as unknown as { resource_id: bigint; span: Uint8Array })) return true
    }
    return false
  }
}

function byDuration(traces: ReadonlyMap<string, Found>): [string, Found][] {
  return [...traces].toSorted(([, a], [, b]) => (a.duration > b.duration ? -1 : 1))
}

/** How long a span must be to be among those kept. */
function shortestOf(traces: ReadonlyMap<string, Found>, limit: number): bigint {
  return traces.size < limit ? -1n : byDuration(traces)[limit - 1]![1].duration
}

function keepLongest(traces: Map<string, Found>, limit: number): void {
  for (const [id] of byDuration(traces).slice(limit)) traces.delete(id)
}
