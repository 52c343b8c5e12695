import type { DurationStats, TraceStats, TraceStatsBucket, TraceStatsQuery } from '../../traces.ts'
import {
  bucketLimit,
  durationBucketSql,
  durationQuantile,
  noDurations,
  type DurationCounts,
} from '../duration-histogram.ts'
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
    for (const { at, failed, bucket, count } of grouped(files, part, conditions!, stepMs, budget)) {
      const sum = sums[at - first]
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

interface Group {
  /** Steps since the epoch. */
  at: number
  failed: boolean
  /** Of the durations. */
  bucket: number
  count: number
}

/** Alike spans together where SQL can tell which are as asked for; else one by one, while the budget lasts. */
function* grouped(
  files: PartFiles,
  part: ReadPart,
  { sql, values, matches }: SpanConditions,
  stepMs: number,
  budget: WorkBudget,
): Generator<Group> {
  // All in one number, as SQLite groups by that much faster than by three.
  const key = `start_ns / ${stepMs * 1_000_000} * 1024 + 512 * (status_code = 2) + ${durationBucketSql('end_ns - start_ns')}`
  const statement = matches
    ? `SELECT ${key} AS key, 1 AS count, ${MATCHED_COLUMNS} FROM spans WHERE 1${sql}`
    : `SELECT ${key} AS key, count(*) AS count FROM spans WHERE 1${sql} GROUP BY 1`
  type Row = { key: number; count: number; resource_id: number; span: Uint8Array }
  const rows = files.prepare(part, statement).iterate(...values) as Iterable<unknown> as Iterable<Row>
  for (const row of rows) {
    budget.spend(1)
    if (matches && budget.isSpent) return
    if (matches && !matches(row)) continue
    const { key, count } = row
    yield { at: Math.floor(key / 1024), failed: (key & 512) !== 0, bucket: key & 511, count }
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
