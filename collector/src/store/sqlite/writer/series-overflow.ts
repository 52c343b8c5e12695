import { mergeOverflow, OVERFLOW } from '../../../otlp/metric-overflow.ts'
import type { MetricRow } from '../../rows.ts'
import type { SeriesLimit } from './series-limit.ts'

const NAMED = 3

/**
 * Makes one point of the data points of each row that are beyond the limit of series, in place.
 *
 * @param now milliseconds since the epoch
 * @returns what to tell the sender; undefined where all are within the limit.
 */
export function foldOverflow(
  rows: readonly MetricRow[],
  limit: SeriesLimit,
  now: number,
): string | undefined {
  let points = 0
  let names: Set<string> | undefined
  for (const row of rows) {
    const beyond = limit.beyond(row.service, row.name, row.series, now)
    if (beyond === undefined) continue
    Object.assign(row, mergeOverflow(row.metric, beyond), { overflowed: beyond.size })
    points += beyond.size
    names ??= new Set()
    names.add(row.name)
  }
  if (names === undefined) return undefined
  const some = [...names].slice(0, NAMED).map((name) => `"${name.slice(0, 100)}"`)
  const more = names.size > NAMED ? ` and ${names.size - NAMED} more metrics` : ''
  return `${points} data points are beyond the limit of series of ${some.join(', ')}${more}; they are kept as one, with ${OVERFLOW}=true`
}
