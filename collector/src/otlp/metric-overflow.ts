import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { addBuckets, downscale, excessScale, type ExponentialBuckets } from './exponential.ts'
import { KeyValueSchema, type KeyValue } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import {
  ExponentialHistogramDataPoint_BucketsSchema,
  MetricSchema,
  type ExponentialHistogramDataPoint,
  type ExponentialHistogramDataPoint_Buckets,
  type HistogramDataPoint,
  type NumberDataPoint,
  type SummaryDataPoint,
} from './gen/opentelemetry/proto/metrics/v1/metrics_pb.ts'

/** The attribute that OpenTelemetry gives to what is beyond the limit of series. */
export const OVERFLOW = 'otel.metric.overflow'

/** What the fields of a point can hold. */
const MOST_COUNT = 2n ** 64n - 1n
const MOST_INT = 2n ** 63n - 1n
const LOWEST_SCALE = -(2 ** 31)

type Point = NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint | SummaryDataPoint

/**
 * Makes one data point of those of a metric that are beyond the limit of series, with `otel.metric.overflow` as its only
 * attribute: the sum of what can be summed, of a gauge the newest value.
 *
 * @param metric an encoded Metric that has passed `checkMessage`
 * @param beyond which of its points, by position
 * @returns the encoded Metric, and how many points it has
 */
export function mergeOverflow(
  metric: Uint8Array,
  beyond: ReadonlySet<number>,
): { metric: Uint8Array; dataPoints: number } {
  const message = fromBinary(MetricSchema, metric)
  const { data } = message
  if (data.case === undefined) return { metric, dataPoints: 0 }
  const points = data.value.dataPoints as Point[]
  const [first, ...rest] = points.filter((_, at) => beyond.has(at))
  const kept = points.filter((_, at) => !beyond.has(at))
  if (first) {
    const isGauge = data.case === 'gauge'
    for (const point of rest) merge(first, point, isGauge)
    first.attributes = [overflowLabel()]
    if ('exemplars' in first) first.exemplars = []
    kept.push(first)
  }
  ;(data.value as { dataPoints: Point[] }).dataPoints = kept
  return { metric: toBinary(MetricSchema, message), dataPoints: kept.length }
}

function overflowLabel(): KeyValue {
  return create(KeyValueSchema, { key: OVERFLOW, value: { value: { case: 'boolValue', value: true } } })
}

function merge(into: Point, from: Point, isGauge: boolean): void {
  if (isGauge) {
    const [a, b] = [into as NumberDataPoint, from as NumberDataPoint]
    if (b.timeUnixNano >= a.timeUnixNano) Object.assign(a, { value: b.value, timeUnixNano: b.timeUnixNano })
    return
  }
  if (from.startTimeUnixNano < into.startTimeUnixNano) into.startTimeUnixNano = from.startTimeUnixNano
  if (from.timeUnixNano > into.timeUnixNano) into.timeUnixNano = from.timeUnixNano
  if (into.$typeName === 'opentelemetry.proto.metrics.v1.NumberDataPoint') {
    into.value = added(into.value, (from as NumberDataPoint).value)
    return
  }
  const other = from as Exclude<Point, NumberDataPoint>
  into.count = bounded(into.count + other.count)
  into.sum = (into.sum ?? 0) + (other.sum ?? 0)
  if (into.$typeName === 'opentelemetry.proto.metrics.v1.SummaryDataPoint') into.quantileValues = []
  else widen(into, other as HistogramDataPoint | ExponentialHistogramDataPoint)
}

function widen(
  into: HistogramDataPoint | ExponentialHistogramDataPoint,
  from: HistogramDataPoint | ExponentialHistogramDataPoint,
): void {
  if (from.min !== undefined) into.min = Math.min(into.min ?? from.min, from.min)
  if (from.max !== undefined) into.max = Math.max(into.max ?? from.max, from.max)
  if (into.$typeName === 'opentelemetry.proto.metrics.v1.HistogramDataPoint') {
    mergeExplicit(into, from as HistogramDataPoint)
  } else mergeExponential(into, from as ExponentialHistogramDataPoint)
}

/** Where the bounds differ, only count and sum remain. */
function mergeExplicit(into: HistogramDataPoint, from: HistogramDataPoint): void {
  const same =
    into.explicitBounds.length === from.explicitBounds.length &&
    into.bucketCounts.length === from.bucketCounts.length &&
    into.explicitBounds.every((bound, at) => bound === from.explicitBounds[at])
  into.bucketCounts = same
    ? into.bucketCounts.map((count, at) => bounded(count + from.bucketCounts[at]!))
    : []
  if (!same) into.explicitBounds = []
}

function mergeExponential(into: ExponentialHistogramDataPoint, from: ExponentialHistogramDataPoint): void {
  const lower = Math.min(into.scale, from.scale)
  const both = (['positive', 'negative'] as const).map((sign) => ({
    sign,
    a: downscale(plain(into[sign]), into.scale - lower),
    b: downscale(plain(from[sign]), from.scale - lower),
  }))
  const excess = Math.max(...both.map(({ a, b }) => excessScale(a, b)))
  for (const { sign, a, b } of both) {
    const { offset, counts } = addBuckets(downscale(a, excess), downscale(b, excess))
    const bucketCounts = counts.map((count) => bounded(BigInt(count)))
    into[sign] = create(ExponentialHistogramDataPoint_BucketsSchema, { offset, bucketCounts })
  }
  into.scale = Math.max(lower - excess, LOWEST_SCALE)
  into.zeroCount = bounded(into.zeroCount + from.zeroCount)
  into.zeroThreshold = Math.max(into.zeroThreshold, from.zeroThreshold)
}

/** A sum of counts as the wire can carry it. */
function bounded(count: bigint): bigint {
  return count > MOST_COUNT ? MOST_COUNT : count
}

function plain(buckets: ExponentialHistogramDataPoint_Buckets | undefined): ExponentialBuckets {
  return { offset: buckets?.offset ?? 0, counts: (buckets?.bucketCounts ?? []).map(Number) }
}

function added(a: NumberDataPoint['value'], b: NumberDataPoint['value']): NumberDataPoint['value'] {
  if (a.case === undefined) return b
  if (b.case === undefined) return a
  if (a.case === 'asInt' && b.case === 'asInt') return { case: 'asInt', value: boundedInt(a.value + b.value) }
  return { case: 'asDouble', value: Number(a.value) + Number(b.value) }
}

function boundedInt(value: bigint): bigint {
  return value > MOST_INT ? MOST_INT : value < -MOST_INT ? -MOST_INT : value
}
