import type { DurationStats, TraceStats, TraceStatsBucket, TraceStatsQuery } from '../../traces.ts'
import {
  addDurations,
  bucketLimit,
  durationQuantile,
  noDurations,
  type DurationCounts,
} from '../duration-histogram.ts'
import { spanGroup, spanGroupSql, type SpanGroup } from '../span-counts.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { MATCHED_COLUMNS, spanConditions, type SpanConditions } from './span-conditions.ts'
import { WorkBudget } from './work-budget.ts'

const MAX_ROWS = 10_000_000

interface Sum {
  errors: number
  durations: DurationCounts
}

/** How many spans are as asked for, how many failed and how long they took, by bucket of time. */
export function readTraceStats(files: PartFiles, query: TraceStatsQuery): TraceStats {
  const { since, buckets, scanMs } = query
  // A span cannot start later; nanoseconds are counted in 63 bits.
  const until = Math.min(query.until, 9.2e12)
  const stepMs = Math.max(1000, Math.ceil((until - since) / buckets / 1000) * 1000)
  const first = Math.floor(since / stepMs)
  const sums: Sum[] = []
  for (let at = first; at * stepMs < until; at++) sums.push({ errors: 0, durations: noDurations() })
  const conditions = spanConditions(files, query)
  const budget = new WorkBudget({ rows: MAX_ROWS, ms: scanMs })
  let searchedUntil: string | null = null
  let searched: ReadPart | undefined
  for (const part of conditions ? files.parts('spans').toReversed() : []) {
    if (part.maxTimeMs < since || part.minTimeMs >= until) continue
    // One part at least.
    if (searched && budget.isSpent) {
      searchedUntil = new Date(searched.fromMs).toISOString()
      break
    }
    searched = part
    const known = tellsAll(query, part) ? counted(files, part, stepMs) : undefined
    for (const { step, failed, bucket, count } of known ??
      grouped(files, part, conditions!, stepMs, budget)) {
      const sum = sums[step - first]
      if (!sum) continue
      sum.durations[bucket]! += count
      if (failed) sum.errors += count
    }
  }
  const total: Sum = { errors: 0, durations: noDurations() }
  const shown = sums.map((sum, index): TraceStatsBucket => {
    total.errors += sum.errors
    for (const [bucket, count] of sum.durations.entries()) total.durations[bucket]! += count
    const at = new Date((first + index) * stepMs).toISOString()
    return { at, ...show(sum), durations: byDoubling(sum.durations) }
  })
  return { ...show(total), step_s: stepMs / 1000, buckets: shown, searchedUntil }
}

type Group = SpanGroup & { count: number }

/** Whether all spans of a part are asked for. */
function tellsAll(
  { since, until, buckets: _buckets, scanMs: _scanMs, ...filter }: TraceStatsQuery,
  part: ReadPart,
): boolean {
  const isWithin = part.minTimeMs >= since && part.maxTimeMs < until
  return isWithin && Object.values(filter).every((asked) => asked === undefined)
}

/** What the writer has counted of a part; undefined where it has not, or in steps that do not fit. */
function counted(files: PartFiles, part: ReadPart, stepMs: number): Group[] | undefined {
  const rows = files.catalog
    .prepare('SELECT step_ms, step, failed, others FROM part_span_counts WHERE part = ?')
    .all(part.id) as unknown as { step_ms: number; step: number; failed: Uint8Array; others: Uint8Array }[]
  const [first] = rows
  if (!first || stepMs % first.step_ms !== 0) return undefined
  return rows.flatMap((row) => {
    const step = Math.floor((row.step * row.step_ms) / stepMs)
    return [...groupsOf(step, false, row.others), ...groupsOf(step, true, row.failed)]
  })
}

function groupsOf(step: number, failed: boolean, encoded: Uint8Array): Group[] {
  const durations = noDurations()
  addDurations(durations, encoded)
  return [...durations.entries()]
    .filter(([, count]) => count > 0)
    .map(([bucket, count]) => ({ step, failed, bucket, count }))
}

/** Alike spans together where SQL can tell which are as asked for; else one by one, while the budget lasts. */
function* grouped(
  files: PartFiles,
  part: ReadPart,
  { sql, values, matches }: SpanConditions,
  stepMs: number,
  budget: WorkBudget,
): Generator<Group> {
  const key = spanGroupSql(stepMs)
  const statement = matches
    ? `SELECT ${key} AS key, 1 AS count, ${MATCHED_COLUMNS} FROM spans WHERE 1${sql}`
    : `SELECT ${key} AS key, count(*) AS count FROM spans WHERE 1${sql} GROUP BY 1`
  type Row = { key: number; count: number; resource_id: number; span: Uint8Array }
  const rows = files.prepare(part, statement).iterate(...values) as Iterable<unknown> as Iterable<Row>
  for (const row of rows) {
    budget.spend(1)
    if (matches && budget.isSpent) return
    if (matches && !matches(row)) continue
    yield { ...spanGroup(row.key), count: row.count }
  }
}

function show({ errors, durations }: Sum): DurationStats {
  return {
    count: durations.reduce((sum, count) => sum + count, 0),
    errors,
    p50_ms: durationQuantile(durations, 0.5),
    p95_ms: durationQuantile(durations, 0.95),
    p99_ms: durationQuantile(durations, 0.99),
  }
}

function byDoubling(durations: DurationCounts): TraceStatsBucket['durations'] {
  const counts = new Map<number, number>()
  for (const [bucket, count] of durations.entries()) {
    if (count === 0) continue
    const limit = bucketLimit(bucket)
    counts.set(limit, (counts.get(limit) ?? 0) + count)
  }
  return [...counts].map(([le_ms, count]) => ({ le_ms, count }))
}
