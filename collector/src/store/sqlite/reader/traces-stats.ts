import type { DurationStats, TraceStats, TraceStatsBucket, TraceStatsQuery } from '../../traces.ts'
import { bucketLimit, durationQuantile, noDurations, type DurationCounts } from '../duration-histogram.ts'
import { LEAST_SPAN_STEP_MS } from '../span-counts.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { spanConditions } from './span-conditions.ts'
import { addPart, type Look } from './span-groups.ts'
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
  const stepMs = stepOf((until - since) / buckets)
  const first = Math.floor(since / stepMs)
  const sums: Sum[] = []
  for (let at = first; at * stepMs < until; at++) sums.push({ errors: 0, durations: noDurations() })
  const conditions = spanConditions(files, query)
  const look: Look = {
    files,
    query: { ...query, until },
    conditions: conditions!,
    stepMs,
    budget: new WorkBudget({ rows: MAX_ROWS, ms: scanMs }),
  }
  let searchedUntil: string | null = null
  let searched: ReadPart | undefined
  for (const part of conditions ? files.parts('spans').toReversed() : []) {
    if (part.maxTimeMs < since || part.minTimeMs >= until) continue
    // One part at least.
    if (searched && look.budget.isSpent) {
      searchedUntil = new Date(searched.fromMs).toISOString()
      break
    }
    searched = part
    addPart(look, part, (step, failed, bucket, count) => {
      const sum = sums[step - first]
      if (!sum) return
      sum.durations[bucket]! += count
      if (failed) sum.errors += count
    })
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

/** Whole seconds, and from ten on tens of them: so they are made of steps that are counted. */
function stepOf(ms: number): number {
  const unit = ms > LEAST_SPAN_STEP_MS ? LEAST_SPAN_STEP_MS : 1000
  return Math.max(1, Math.ceil(ms / unit)) * unit
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
