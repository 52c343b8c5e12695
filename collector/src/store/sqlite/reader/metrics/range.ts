import type {
  Aggregation,
  MetricFunction,
  MetricHeatmap,
  MetricLine,
  MetricProblem,
  MetricQuery,
  MetricRange,
  MetricType,
} from '../../../metrics.ts'
import type { PartFiles } from '../part-files.ts'
import { Grid } from './grid.ts'
import { heatmapOf } from './heatmap.ts'
import {
  distributionsOf,
  increaseOf,
  perSecond,
  quantilesOf,
  reportedQuantile,
  together,
  valuesOf,
  type Frame,
  type Values,
} from './lines.ts'
import { describeMetric } from './names.ts'
import { readAllSeries } from './reported-series.ts'
import { labelOf, TooMuchError, MOST_NUMBERS, type Series } from './series.ts'

const MOST_LINES = 1000
const MOST_VALUES = 500_000
/** How far around the range points are read, so that its first and last step know what they are between. */
const AROUND_MS = 5 * 60_000

const HISTOGRAM: readonly string[] = ['rate', 'increase', 'sum_rate', 'avg', 'heatmap', 'p50', 'p99']
const SUMMARY: readonly string[] = ['rate', 'increase', 'sum_rate', 'avg', 'p50', 'p99']
/** What can be made of each type; p50 and p99 stand for all quantiles. */
const FUNCTIONS: Readonly<Record<MetricType, readonly string[]>> = {
  gauge: ['last', 'avg', 'min', 'max'],
  sum: ['rate', 'increase', 'last', 'avg', 'min', 'max'],
  histogram: HISTOGRAM,
  exponential_histogram: HISTOGRAM,
  summary: SUMMARY,
}

/** Lines of a metric over a range of time. */
export function metricRange(files: PartFiles, query: MetricQuery): MetricRange | MetricProblem {
  const metric = describeMetric(files, query.name, query.service)
  if (metric === undefined) return { problem: 'unknown' }
  const { name, type, unit, description, monotonic } = metric
  const functions = query.functions.length > 0 ? query.functions : defaults(type, monotonic)
  const allowed = FUNCTIONS[type]
  if (!functions.every((fn) => allowed.includes(fn.startsWith('p') ? 'p50' : fn))) {
    return { problem: 'function', type, functions: [...allowed] }
  }
  const grid = new Grid(query)
  const around = Math.max(AROUND_MS, grid.step)
  const readFrom = grid.first - around
  let all: Series[]
  try {
    all = readAllSeries(files, { ...query, since: readFrom, until: query.until + around }, typesLike(type))
  } catch (error) {
    if (error instanceof TooMuchError) return { problem: 'too_much', most: MOST_NUMBERS }
    throw error
  }
  const newest = all.reduce((last, { points }) => Math.max(last, points.at(-1)?.time ?? 0), 0)
  const frame: Frame = { grid, readFrom, newest }
  const groups = grouped(
    all.filter((series) => isWithin(series, frame)),
    query,
  )
  const most = Math.max(1, Math.min(MOST_LINES, Math.floor(MOST_VALUES / grid.length / functions.length)))
  const lines: MetricLine[] = []
  const heatmaps: MetricHeatmap[] = []
  for (const { labels, series } of groups.slice(0, most)) {
    const steps = isHistogram(type) && functions.some(isOfBuckets) ? distributionsOf(series, frame) : []
    const bins = steps.map((distribution) => distribution?.bins())
    for (const fn of functions) {
      if (fn === 'heatmap') heatmaps.push({ labels, ...heatmapOf(steps) })
      else {
        const values =
          isHistogram(type) && isOfBuckets(fn)
            ? quantilesOf(bins, shareOf(fn))
            : lineOf(series, fn, query, frame)
        lines.push({
          labels,
          fn,
          values: Array.from(values, (value) => (Number.isFinite(value) ? value : null)),
        })
      }
    }
  }
  const total = groups.length
  const answer = { name, type, unit, description, starts: grid.starts, lines, heatmaps }
  return { ...answer, total, truncated: total > most }
}

/** Explicit and exponential histograms of one name are one. */
export function typesLike(type: MetricType): MetricType[] {
  return isHistogram(type) ? ['histogram', 'exponential_histogram'] : [type]
}

function isHistogram(type: MetricType): boolean {
  return type === 'histogram' || type === 'exponential_histogram'
}

function isOfBuckets(fn: MetricFunction): boolean {
  return fn === 'heatmap' || fn.startsWith('p')
}

function shareOf(fn: MetricFunction): number {
  return Number(fn.slice(1)) / 100
}

function defaults(type: MetricType, monotonic: boolean | null): MetricFunction[] {
  if (type === 'gauge') return ['avg']
  if (type === 'sum') return [monotonic === true ? 'rate' : 'last']
  return ['p50', 'p95', 'p99']
}

function isWithin({ points }: Series, { grid }: Frame): boolean {
  return points.at(-1)!.time >= grid.first && points[0]!.time <= grid.until
}

function lineOf(all: readonly Series[], fn: MetricFunction, query: MetricQuery, frame: Frame): Values {
  const each = (line: (series: Series) => Values, fallback: Aggregation) =>
    together(all.map(line), query.aggregation ?? fallback, frame)
  const type = all[0]!.type
  const isNumber = type === 'gauge' || type === 'sum'
  const count = (series: Series) =>
    increaseOf(series, frame, (point) => (isNumber ? point.value : point.count))
  const sum = (series: Series) => increaseOf(series, frame, (point) => point.sum)
  if (fn === 'increase') return each(count, 'sum')
  if (fn === 'rate') return each((series) => perSecond(count(series), frame), 'sum')
  if (fn === 'sum_rate') return each((series) => perSecond(sum(series), frame), 'sum')
  if (fn.startsWith('p')) return each((series) => reportedQuantile(series, shareOf(fn), frame), 'max')
  if (!isNumber) {
    const mean = (some: readonly Series[]) => {
      const counts = together(some.map(count), 'sum', frame)
      return together(some.map(sum), 'sum', frame).map((value, at) => value / counts[at]!)
    }
    return query.aggregation === undefined || query.aggregation === 'sum'
      ? mean(all)
      : each((series) => mean([series]), query.aggregation)
  }
  const fallback = fn === 'min' || fn === 'max' ? fn : type === 'sum' ? 'sum' : 'avg'
  return each((series) => valuesOf(series, fn, frame), fallback)
}

interface Group {
  labels: Record<string, string>
  series: Series[]
}

function grouped(all: readonly Series[], { by, aggregation }: MetricQuery): Group[] {
  const groups = new Map<string, Group>()
  for (const series of all) {
    const labels = by || aggregation ? chosen(series, by ?? []) : own(series)
    const key = JSON.stringify(
      Object.keys(labels)
        .toSorted()
        .map((name) => [name, labels[name]]),
    )
    const group = groups.get(key)
    if (group) group.series.push(series)
    else groups.set(key, { labels, series: [series] })
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

function chosen(series: Series, by: readonly string[]): Record<string, string> {
  const labels: Record<string, string> = Object.create(null)
  for (const key of by) {
    const value = labelOf(series, key)
    if (value !== undefined) labels[key] = value
  }
  return labels
}

/** What tells a series from others: whose it is, and all attributes of its points. */
function own(series: Series): Record<string, string> {
  return chosen(series, ['service.name', 'service.instance.id', ...Object.keys(series.attributes)])
}
