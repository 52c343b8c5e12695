import { MINUTES_KEPT_MS, STEPS_S } from '../call-steps.ts'
import { addDurations, noDurations, type DurationCounts } from '../duration-histogram.ts'
import type { PartFiles } from './part-files.ts'

/** Calls of one path, over any range of time. */
export interface CallSum {
  calls: number
  errors: number
  durations: DurationCounts
}

/** Whole buckets of time. Seconds since the epoch, `to` exclusive. */
export interface CallRange {
  step: (typeof STEPS_S)[number]
  from: number
  to: number
}

// A longer range is told by hours.
const MINUTES_MAX_MS = 6 * 3_600_000

export function noCalls(): CallSum {
  return { calls: 0, errors: 0, durations: noDurations() }
}

/** The buckets that cover a range of milliseconds since the epoch: minutes while it is short and they are kept. */
export function callRange(since: number, until: number, now: number): CallRange {
  const step = until - since <= MINUTES_MAX_MS && since > now - MINUTES_KEPT_MS ? 60 : 3600
  return rangeOf(step, since, until)
}

export function rangeOf(step: CallRange['step'], since: number, until: number): CallRange {
  const from = Math.floor(since / 1000 / step) * step
  return { step, from, to: Math.max(from + step, Math.ceil(until / 1000 / step) * step) }
}

/** Adds the calls of a path, bucket by bucket: `sumAt` gives what those of a second are added to. */
export function addCalls(
  files: PartFiles,
  path: number,
  { step, from, to }: CallRange,
  sumAt: (at: number) => CallSum,
): void {
  const rows = files.catalog
    .prepare(
      'SELECT at_s, calls, errors, durations FROM call_rates WHERE path = ? AND step_s = ? AND at_s >= ? AND at_s < ?',
    )
    .iterate(path, step, from, to)
  for (const row of rows) {
    const sum = sumAt(row['at_s'] as number)
    sum.calls += row['calls'] as number
    sum.errors += row['errors'] as number
    addDurations(sum.durations, row['durations'] as Uint8Array)
  }
}

const SUMMED = `SELECT p.id, p.caller, p.callee, p.peer, sum(r.calls) AS calls, sum(r.errors) AS errors,
    group_concat(hex(r.durations), ' ') AS durations
  FROM call_paths AS p CROSS JOIN call_rates AS r ON r.path = p.id
  WHERE r.step_s = ? AND r.at_s >= ? AND r.at_s < ? GROUP BY p.id`

/** A path, by the numbers of its ends; 0 means none. */
export interface CallPath {
  caller: number
  callee: number
  peer: number
}

/** The calls of every path that had any. Summed up by SQLite: to take its rows one by one would be most of the work. */
export function sumCalls(files: PartFiles, { step, from, to }: CallRange): (CallPath & CallSum)[] {
  const paths = files.catalog.prepare(SUMMED).all(step, from, to) as unknown as (CallPath &
    Omit<CallSum, 'durations'> & { durations: string })[]
  return paths.map(({ caller, callee, peer, calls, errors, durations }) => {
    const sum: CallPath & CallSum = { caller, callee, peer, calls, errors, durations: noDurations() }
    for (const hex of durations.split(' ')) addDurations(sum.durations, Buffer.from(hex, 'hex'))
    return sum
  })
}
