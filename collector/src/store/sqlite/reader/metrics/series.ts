import { fromBinary } from '@bufbuild/protobuf'
import { KeyValueSchema } from '../../../../otlp/gen/opentelemetry/proto/common/v1/common_pb.ts'
import { comparableNanos } from '../../../../otlp/nanos.ts'
import { plainAttributes, type PlainAttributes } from '../../../../otlp/plain.ts'
import type { ReadResource } from '../../../../otlp/read.ts'
import { scanPoints, type ScannedMetric, type ScannedPoint } from '../../../../otlp/scan-points.ts'
import type { LabelFilter, SeriesQuery } from '../../../metrics.ts'
import { asText } from '../logs/conditions.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import { originsOf } from '../resources.ts'
import { serviceNames, serviceNumber } from '../service-names.ts'

/** Numbers of data points that one answer may be made of; a histogram's point has one for each bucket. */
export const MOST_NUMBERS = 4_000_000
const NOTHING_RECORDED = 1
// How many steps the tables of a part have had when they know the time of the oldest point.
const KNOWS_OLDEST = 2

/** What is kept of a data point; a histogram's buckets are in the arrays of the scanned point, which are its own. */
export type SeriesPoint = Pick<
  ScannedPoint,
  | 'start'
  | 'time'
  | 'value'
  | 'count'
  | 'sum'
  | 'bounds'
  | 'counts'
  | 'scale'
  | 'zeroCount'
  | 'zeroThreshold'
  | 'positive'
  | 'negative'
  | 'quantiles'
>

/** The data points of one set of attributes, of one resource and scope, by time. */
export interface Series extends ScannedMetric {
  service: string
  attributes: PlainAttributes
  resource: ReadResource
  points: SeriesPoint[]
}

export class TooMuchError extends Error {
  override readonly name: string = 'TooMuchError'
}

/** An encoded metric with the numbers of where it came from. */
export interface MetricBytes {
  service_id: number
  resource_id: number
  scope_id: number
  metric: Uint8Array
}

/** The rows of a name and of some types, in a range of time, by part and time. */
export function* metricRows(
  files: PartFiles,
  { name, service, since, until }: Pick<SeriesQuery, 'name' | 'service' | 'since' | 'until'>,
  types: readonly string[],
  order: 'asc' | 'desc' = 'asc',
): Generator<MetricBytes> {
  const number = service === undefined ? undefined : serviceNumber(files, service)
  if (service !== undefined && number === undefined) return
  const own = number === undefined ? '' : 'AND service_id = ?'
  const parts = files.parts('metrics')
  for (const part of order === 'asc' ? parts : parts.toReversed()) {
    if (part.maxTimeMs < since || part.minTimeMs >= until) continue
    const rows = files.prepare(
      part,
      `SELECT service_id, resource_id, scope_id, metric FROM metrics
        WHERE name = ? ${own} AND time_ns >= ? AND ${oldestColumn(files, part)} < ?
          AND type IN (SELECT value FROM json_each(?)) ORDER BY time_ns ${order}`,
    )
    const values = [
      name,
      ...(number === undefined ? [] : [number]),
      comparableNanos(Math.floor(since)),
      comparableNanos(Math.ceil(until)),
      JSON.stringify(types),
    ]
    for (const row of rows.iterate(...values)) yield row as unknown as MetricBytes
  }
}

/** Series as they are asked for, with their points from `since` on, before `until`. */
export function readSeries(files: PartFiles, query: SeriesQuery, types: readonly string[]): Series[] {
  const { labels = [], since, until } = query
  const origins = originsOf(files)
  const names = serviceNames(files)
  const found = new Map<string, Map<string, Series | null>>()
  const bounds = new Bounds()
  let numbers = 0
  for (const row of metricRows(files, query, types)) {
    const place = `${row.resource_id} ${row.scope_id}`
    let here = found.get(place)
    if (!here) found.set(place, (here = new Map()))
    const touched = new Set<Series>()
    const scanned = scanPoints(row.metric, (point) => {
      if (point.time < since || point.time >= until || point.flags & NOTHING_RECORDED) return
      let series = here.get(point.key)
      if (series === undefined) {
        const attributes = readAttributes(row.metric, point.attributes)
        const resource = origins.resource(row.resource_id)
        const fresh = { service: names(row.service_id), attributes, resource, points: [] }
        series = labels.every((label) => matches(fresh, label))
          ? { ...fresh, type: 'gauge', temporality: 0, monotonic: false }
          : null
        here.set(point.key, series)
      }
      if (series === null) return
      touched.add(series)
      series.points.push({ ...copy(point), bounds: bounds.same(point.bounds) })
      numbers += 1 + point.counts.length + point.positive.counts.length + point.negative.counts.length
    })
    if (numbers > MOST_NUMBERS) throw new TooMuchError(`more than ${MOST_NUMBERS} numbers`)
    if (scanned) for (const series of touched) Object.assign(series, scanned)
  }
  return [...found.values()].flatMap((here) =>
    sameAttributes([...here.values()].filter((one) => one !== null)),
  )
}

/** A label of a series: an attribute of its points, else of its resource; undefined where it has none. */
export function labelOf(
  { service, attributes, resource }: Pick<Series, 'service' | 'attributes' | 'resource'>,
  key: string,
): string | undefined {
  if (key in attributes) return asText(attributes[key])
  if (key === 'service.name') return service
  return key in resource.attributes ? asText(resource.attributes[key]) : undefined
}

/** Attributes from where they lie in an encoded metric. */
export function readAttributes(metric: Uint8Array, places: readonly number[]): PlainAttributes {
  const pairs = []
  for (let at = 0; at < places.length; at += 2) {
    const bytes = metric.subarray(places[at]!, places[at + 1]!)
    pairs.push(fromBinary(KeyValueSchema, bytes, { readUnknownFields: false }))
  }
  return plainAttributes(pairs)
}

/** Whether a series has the label as asked for. */
export function matches(
  series: Parameters<typeof labelOf>[0],
  { key, value, negated }: LabelFilter,
): boolean {
  return ((labelOf(series, key) ?? '') === value) !== negated
}

function copy(point: ScannedPoint): SeriesPoint {
  const { start, time, value, count, sum, bounds, counts, scale, zeroCount, zeroThreshold } = point
  const { positive, negative, quantiles } = point
  return {
    start,
    time,
    value,
    count,
    sum,
    bounds,
    counts,
    scale,
    zeroCount,
    zeroThreshold,
    positive,
    negative,
    quantiles,
  }
}

/** Makes equal bounds one array. */
class Bounds {
  readonly #known = new Map<string, number[]>()
  #last: number[] = []

  same(bounds: number[]): number[] {
    const last = this.#last
    if (bounds.length === last.length && bounds.every((bound, at) => bound === last[at])) return last
    const key = bounds.join()
    const known = this.#known.get(key) ?? bounds
    this.#known.set(key, known)
    this.#last = known
    return known
  }
}

/** Series whose attributes only come in another order are one. Points of the same time are one: the first. */
function sameAttributes(all: Series[]): Series[] {
  const byText = new Map<string, Series>()
  for (const series of all) {
    const { attributes } = series
    const key = JSON.stringify(
      Object.keys(attributes)
        .toSorted()
        .map((name) => [name, attributes[name]]),
    )
    const same = byText.get(key)
    if (same) for (const point of series.points) same.points.push(point)
    else byText.set(key, series)
  }
  for (const series of byText.values()) series.points = inOrder(series.points)
  return [...byText.values()]
}

function inOrder(points: SeriesPoint[]): SeriesPoint[] {
  let isSorted = true
  for (let at = 1; at < points.length && isSorted; at++) isSorted = points[at - 1]!.time < points[at]!.time
  if (isSorted) return points
  return points
    .toSorted((a, b) => a.time - b.time || a.start - b.start)
    .filter((point, at, sorted) => at === 0 || sorted[at - 1]!.time !== point.time)
}

function oldestColumn(files: PartFiles, part: ReadPart): string {
  const { user_version } = files.prepare(part, 'PRAGMA user_version').get()!
  return (user_version as number) < KNOWS_OLDEST ? 'time_ns' : 'coalesce(oldest_ns, time_ns)'
}
