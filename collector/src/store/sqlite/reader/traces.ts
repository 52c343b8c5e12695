import type { SQLInputValue } from 'node:sqlite'
import type { TracePage, TraceSearch } from '../../traces.ts'
import { cursorToUlid, ulidToCursor } from '../cursor.ts'
import { SLOW_SPAN } from '../schema.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { SpanBlockIndex, type SpanRange } from './span-blocks.ts'
import { MATCHED_COLUMNS, spanConditions, type SpanConditions } from './span-conditions.ts'
import { LongestPage, NewestPage, tracesListed, type FoundSpan } from './trace-pages.ts'
import type { TraceParts } from './trace-parts.ts'
import { summariseTraces } from './trace-summaries.ts'
import { WorkBudget } from './work-budget.ts'

// Spans that are looked at one by one; those of one trace can be many.
const MAX_FOUND = 200_000
const NOW = 2n ** 62n

/**
 * Traces with a span that is as asked for. Spans are searched in the order in which they came, newest first, so a page goes on
 * where the one before it ended, whatever came since; of a trace the span that came last tells on which page it is.
 */
export function searchTraces(files: PartFiles, parts: TraceParts, search: TraceSearch): TracePage {
  const conditions = spanConditions(files, search)
  if (!conditions) return { traces: [], next: null, hasMore: false, searchedUntil: null }
  const { traces, end } = find(files, parts, search, conditions)
  const times = [...traces.values()].map(({ start_ns }) => Number(start_ns / 1_000_000n))
  const ids = new Map([...traces].map(([id, { trace_id }]) => [id, trace_id]))
  const [from, to] = [Math.min(Infinity, ...times), Math.max(0, ...times)]
  const summaries = summariseTraces(files, parts, { ids, from, to }, search.only)
  const duration = ({ trace_id }: { trace_id: string }) => Number(traces.get(trace_id)!.duration)
  return {
    traces: search.order === 'longest' ? summaries.toSorted((a, b) => duration(b) - duration(a)) : summaries,
    next: end ? cursorToUlid(end.seq) : null,
    hasMore: end !== undefined,
    searchedUntil: end ? new Date(end.receivedMs).toISOString() : null,
  }
}

interface FoundTraces {
  /** The span of each trace by which it was found, by the trace's hex digits. */
  traces: Map<string, FoundSpan>
  /** Where the search ended before it was through: rows before this one are not searched. */
  end?: { seq: bigint; receivedMs: number }
}

function find(
  files: PartFiles,
  parts: TraceParts,
  search: TraceSearch,
  conditions: SpanConditions,
): FoundTraces {
  const { order, limit, cursor, scanMs } = search
  const before = (cursor === undefined ? undefined : ulidToCursor(cursor)) ?? NOW
  const budget = new WorkBudget({ rows: MAX_FOUND, ms: scanMs })
  const candidates = files.parts('spans').filter((part) => part.minSeq < before && fits(part, search))
  const longest = order === 'longest'
  const page = longest
    ? new LongestPage(limit)
    : new NewestPage(limit, (ids) =>
        before === NOW ? new Set() : tracesListed(parts, conditions, ids, before),
      )
  let searched: ReadPart | undefined
  for (const part of candidates.toReversed()) {
    // One part at least, so that every page gets on.
    if (searched && budget.isSpent) {
      return { traces: page.traces(), end: { seq: part.maxSeq + 1n, receivedMs: searched.fromMs } }
    }
    searched = part
    // What is beyond the last row that the catalog tells of may not be noted yet where its trace is looked up.
    const until = part.maxSeq < before ? part.maxSeq + 1n : before
    for (const span of spansOf(files, part, conditions, { before: until, longest, search })) {
      budget.spend(1)
      const through = !span.differs && page.add(span)
      // The longest of a part are not in the order of time, so there is no going on within it.
      if (page.isFull || (!longest && budget.isSpent)) {
        return { traces: page.traces(), end: { seq: span.seq, receivedMs: Number(span.received_ms) } }
      }
      if (through || budget.isSpent) break
    }
    page.endPart()
  }
  return { traces: page.traces() }
}

interface Candidate extends FoundSpan {
  /** Whether it is not as asked for after all. */
  differs?: boolean
}

const COLUMNS = 'seq, trace_id, start_ns, end_ns - start_ns AS duration, received_ms'

/** Spans of a part that are, or may be, as asked for, the newest or the longest first. */
function* spansOf(
  files: PartFiles,
  part: ReadPart,
  { sql, values, matches, mayHold, isSparse }: SpanConditions,
  { before, longest, search }: { before: bigint; longest: boolean; search: TraceSearch },
): Generator<Candidate> {
  const all = <Row>(statement: string, ...bound: SQLInputValue[]) =>
    files.prepare(part, statement, true).iterate(...bound) as Iterable<unknown> as Iterable<Row>
  if (matches) {
    const { since, until } = search
    const ranges = new SpanBlockIndex(files, part, true).ranges({ since, until, mayHold })
    type Row = FoundSpan & { resource_id: bigint; span: Uint8Array }
    for (const [statement, range] of longest ? longestOf(ranges, sql) : newestOf(ranges, sql)) {
      for (const row of all<Row>(statement, ...range, before, ...values))
        yield { ...row, differs: !matches(row) }
    }
  } else if (longest || isSparse) {
    for (const [among, order] of longest ? LONGEST_FIRST : NEWEST_FIRST) {
      // A plus keeps SQLite from walking the rows: its indexes have all that this reads, in a tenth of the bytes.
      const statement = `SELECT seq FROM spans WHERE +seq < ?${sql}${among} ORDER BY ${order} DESC`
      for (const { seq } of all<{ seq: bigint }>(statement, before, ...values)) {
        yield* all<FoundSpan>(`SELECT ${COLUMNS} FROM spans WHERE seq = ?`, seq)
      }
    }
  } else {
    const statement = `SELECT ${COLUMNS} FROM spans WHERE seq < ?${sql} ORDER BY seq DESC`
    yield* all<FoundSpan>(statement, before, ...values)
  }
}

const MATCHED = `${COLUMNS}, ${MATCHED_COLUMNS}`

/** One range after the other, so that the search can end between two. */
function newestOf(ranges: readonly SpanRange[], sql: string): [statement: string, range: SQLInputValue[]][] {
  const statement = `SELECT ${MATCHED} FROM spans WHERE seq >= ? AND seq <= ? AND seq < ?${sql} ORDER BY seq DESC`
  return ranges.toReversed().map(({ from, to }) => [statement, [from, to]])
}

/** All ranges together, as the longest may be in any. */
function longestOf(ranges: readonly SpanRange[], sql: string): [statement: string, range: SQLInputValue[]][] {
  const among = `SELECT value ->> 0 AS low, value ->> 1 AS high FROM json_each(?)`
  const statement = `SELECT ${MATCHED} FROM (${among}) CROSS JOIN spans
    WHERE seq >= low AND seq <= high AND seq < ?${sql} ORDER BY end_ns - start_ns DESC`
  return [[statement, [JSON.stringify(ranges.map(({ from, to }) => [Number(from), Number(to)]))]]]
}

const NEWEST_FIRST = [['', '+seq']] as const
/** The others are mostly not needed any more. */
const LONGEST_FIRST = [
  [` AND ${SLOW_SPAN}`, 'end_ns - start_ns'],
  [` AND NOT ${SLOW_SPAN}`, 'end_ns - start_ns'],
] as const

function fits(part: ReadPart, { since = 0, until = Infinity }: TraceSearch): boolean {
  return part.maxTimeMs >= since && part.minTimeMs < until
}
