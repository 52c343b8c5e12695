import type { Aggregation, MetricFunction } from '../../../metrics.ts'
import { Distribution, hasLess } from './distribution.ts'
import type { Grid } from './grid.ts'
import { incrementsOf, type Increment } from './increments.ts'
import { quantile, type Bin } from './quantile.ts'
import type { Series, SeriesPoint } from './series.ts'

/** Values of each step; NaN where nothing is known. */
export type Values = Float64Array

/** What the lines of one answer share. */
export interface Frame {
  grid: Grid
  /** From here on all points were read, and none is later than `newest`; milliseconds since the epoch. */
  readFrom: number
  newest: number
}

/** A point may miss by this share of the usual distance, and the step without one still has the value before it. */
const REGULAR = 1.5

/** A value of each step, of the points in it. A step between points that come as regularly as usual has the last one's. */
export function valuesOf({ points }: Series, fn: MetricFunction, { grid }: Frame): Values {
  const values = nothing(grid)
  const counts = new Uint32Array(grid.length)
  for (const { time, value } of points) {
    const at = grid.at(time)
    if (at < 0 || at >= grid.length) continue
    const known = values[at]!
    counts[at]!++
    if (counts[at] === 1 || fn === 'last') values[at] = value
    else if (fn === 'min') values[at] = Math.min(known, value)
    else if (fn === 'max') values[at] = Math.max(known, value)
    else values[at] = known + (value - known) / counts[at]!
  }
  const usual = usualDistance(points)
  for (let at = 1; at < points.length; at++) {
    const [before, now] = [points[at - 1]!, points[at]!]
    if (now.time - before.time > usual * REGULAR) continue
    const end = Math.min(grid.at(now.time), grid.length)
    for (let step = Math.max(0, grid.at(before.time) + 1); step < end; step++) values[step] = before.value
  }
  return values
}

/** What was added in each step, of what `amount` reads in a point. */
export function increaseOf(series: Series, frame: Frame, amount: (point: SeriesPoint) => number): Values {
  const values = nothing(frame.grid)
  for (const { from, to, now, before } of increments(series, frame)) {
    const added = amount(now) - (before === undefined ? 0 : amount(before))
    frame.grid.spread(from, to, (at, share) => (values[at] = (values[at]! || 0) + added * share))
  }
  return values
}

/** The same by the second. */
export function perSecond(values: Values, { grid, newest }: Frame): Values {
  return values.map((value, at) => {
    const start = grid.first + at * grid.step
    // Of the last step only the time counts of which anything can be known.
    const end = Math.min(start + grid.step, grid.until, newest)
    return end > start ? value / ((end - start) / 1000) : value / (grid.step / 1000)
  })
}

/** What histograms counted in each step, all together. */
export function distributionsOf(all: readonly Series[], frame: Frame): (Distribution | undefined)[] {
  const steps = Array.from<Distribution | undefined>({ length: frame.grid.length })
  for (const series of all) {
    for (const { from, to, now, before } of increments(series, frame)) {
      frame.grid.spread(from, to, (at, share) => (steps[at] ??= new Distribution()).add(now, before, share))
    }
  }
  return steps
}

/** A quantile of each step. */
export function quantilesOf(bins: readonly (readonly Bin[] | undefined)[], share: number): Values {
  return Float64Array.from(bins, (some) => (some && quantile(share, some)) ?? Number.NaN)
}

/** A quantile as summaries reported it, the last of each step. */
export function reportedQuantile({ points }: Series, share: number, { grid }: Frame): Values {
  const values = nothing(grid)
  for (const { time, quantiles } of points) {
    const reported = quantiles.find(({ quantile }) => Math.abs(quantile - share) < 1e-9)
    const at = grid.at(time)
    if (reported && at >= 0 && at < grid.length) values[at] = reported.value
  }
  return values
}

/** Several lines as one; a line that knows nothing of a step has no part in it. */
export function together(lines: readonly Values[], aggregation: Aggregation, { grid }: Frame): Values {
  if (lines.length === 1) return lines[0]!
  const values = nothing(grid)
  for (let at = 0; at < grid.length; at++) {
    let count = 0
    let result = Number.NaN
    for (const line of lines) {
      const value = line[at]!
      if (Number.isNaN(value)) continue
      count++
      if (count === 1) result = value
      else if (aggregation === 'min') result = Math.min(result, value)
      else if (aggregation === 'max') result = Math.max(result, value)
      else result += value
    }
    values[at] = aggregation === 'avg' ? result / count : result
  }
  return values
}

function increments(series: Series, { readFrom }: Frame): Increment[] {
  if (series.type === 'sum') {
    return incrementsOf(series, readFrom, (before, now) => series.monotonic && now.value < before.value)
  }
  return incrementsOf(series, readFrom, hasLess)
}

function usualDistance(points: readonly SeriesPoint[]): number {
  const distances = points.slice(1).map(({ time }, at) => time - points[at]!.time)
  return distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0
}

function nothing({ length }: Grid): Values {
  return new Float64Array(length).fill(Number.NaN)
}
