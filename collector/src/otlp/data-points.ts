import type {
  Exemplar,
  ExponentialHistogramDataPoint,
  ExponentialHistogramDataPoint_Buckets,
  HistogramDataPoint,
  Metric,
  NumberDataPoint,
  SummaryDataPoint,
} from './gen/opentelemetry/proto/metrics/v1/metrics_pb.ts'
import { isZero, toHex } from './ids.ts'
import { plainAttributes, plainDouble, plainInteger, type PlainAttributes } from './plain.ts'

/** A string where JSON has no such number: beyond 2^53, `NaN`, `Infinity`, `-Infinity`. */
export type PlainNumber = number | string
export type Temporality = 'unspecified' | 'delta' | 'cumulative'

/** The data of a metric, by its type; `null` when it has none. */
export type ReadMetricData =
  | { type: null; dataPoints: [] }
  | { type: 'gauge'; dataPoints: ReadNumberPoint[] }
  | { type: 'sum'; temporality: Temporality; monotonic: boolean; dataPoints: ReadNumberPoint[] }
  | { type: 'histogram'; temporality: Temporality; dataPoints: ReadHistogramPoint[] }
  | { type: 'exponential_histogram'; temporality: Temporality; dataPoints: ReadExponentialPoint[] }
  | { type: 'summary'; dataPoints: ReadSummaryPoint[] }

/** What all data points have. Times are decimal nanoseconds since the epoch. */
export interface ReadPoint {
  attributes: PlainAttributes
  /** "0" when unknown. */
  startTimeUnixNano: string
  timeUnixNano: string
  /** Bit 0: nothing was recorded. */
  flags: number
}

export interface ReadNumberPoint extends ReadPoint {
  value: PlainNumber | null
  exemplars: ReadExemplar[]
}

/** `sum`, `min` and `max` are null when they were not recorded. */
interface Distribution extends ReadPoint {
  count: PlainNumber
  sum: PlainNumber | null
  min: PlainNumber | null
  max: PlainNumber | null
  exemplars: ReadExemplar[]
}

export interface ReadHistogramPoint extends Distribution {
  /** One more than the bounds, or none. */
  bucketCounts: PlainNumber[]
  /** Inclusive upper bounds. */
  explicitBounds: PlainNumber[]
}

export interface ReadExponentialPoint extends Distribution {
  /** Bucket i ends at `2 ** (2 ** -scale * (offset + i + 1))`. */
  scale: number
  zeroCount: PlainNumber
  zeroThreshold: PlainNumber
  positive: ReadBuckets
  negative: ReadBuckets
}

export interface ReadBuckets {
  offset: number
  bucketCounts: PlainNumber[]
}

export interface ReadSummaryPoint extends ReadPoint {
  count: PlainNumber
  sum: PlainNumber
  quantileValues: { quantile: PlainNumber; value: PlainNumber }[]
}

/** A measurement kept as it was, with the span it happened in. */
export interface ReadExemplar {
  attributes: PlainAttributes
  timeUnixNano: string
  value: PlainNumber | null
  traceId: string | null
  spanId: string | null
}

const TEMPORALITIES: readonly Temporality[] = ['unspecified', 'delta', 'cumulative']

/** The type and data points of a decoded metric. */
export function readData(metric: Metric): ReadMetricData {
  const { data } = metric
  switch (data.case) {
    case 'gauge':
      return { type: 'gauge', dataPoints: data.value.dataPoints.map(numberPoint) }
    case 'sum':
      return {
        type: 'sum',
        temporality: temporality(data.value.aggregationTemporality),
        monotonic: data.value.isMonotonic,
        dataPoints: data.value.dataPoints.map(numberPoint),
      }
    case 'histogram':
      return {
        type: 'histogram',
        temporality: temporality(data.value.aggregationTemporality),
        dataPoints: data.value.dataPoints.map(histogramPoint),
      }
    case 'exponentialHistogram':
      return {
        type: 'exponential_histogram',
        temporality: temporality(data.value.aggregationTemporality),
        dataPoints: data.value.dataPoints.map(exponentialPoint),
      }
    case 'summary':
      return { type: 'summary', dataPoints: data.value.dataPoints.map(summaryPoint) }
    default:
      return { type: null, dataPoints: [] }
  }
}

function numberPoint(point: NumberDataPoint): ReadNumberPoint {
  return { ...common(point), value: measured(point.value), exemplars: point.exemplars.map(exemplar) }
}

function histogramPoint(point: HistogramDataPoint): ReadHistogramPoint {
  return {
    ...distribution(point),
    bucketCounts: point.bucketCounts.map(plainInteger),
    explicitBounds: point.explicitBounds.map(plainDouble),
  }
}

function exponentialPoint(point: ExponentialHistogramDataPoint): ReadExponentialPoint {
  return {
    ...distribution(point),
    scale: point.scale,
    zeroCount: plainInteger(point.zeroCount),
    zeroThreshold: plainDouble(point.zeroThreshold),
    positive: buckets(point.positive),
    negative: buckets(point.negative),
  }
}

function summaryPoint(point: SummaryDataPoint): ReadSummaryPoint {
  return {
    ...common(point),
    count: plainInteger(point.count),
    sum: plainDouble(point.sum),
    quantileValues: point.quantileValues.map(({ quantile, value }) => ({
      quantile: plainDouble(quantile),
      value: plainDouble(value),
    })),
  }
}

function distribution(point: HistogramDataPoint | ExponentialHistogramDataPoint): Distribution {
  return {
    ...common(point),
    count: plainInteger(point.count),
    sum: optionalDouble(point.sum),
    min: optionalDouble(point.min),
    max: optionalDouble(point.max),
    exemplars: point.exemplars.map(exemplar),
  }
}

function common(
  point: NumberDataPoint | HistogramDataPoint | ExponentialHistogramDataPoint | SummaryDataPoint,
): ReadPoint {
  return {
    attributes: plainAttributes(point.attributes),
    startTimeUnixNano: point.startTimeUnixNano.toString(),
    timeUnixNano: point.timeUnixNano.toString(),
    flags: point.flags,
  }
}

function exemplar(from: Exemplar): ReadExemplar {
  return {
    attributes: plainAttributes(from.filteredAttributes),
    timeUnixNano: from.timeUnixNano.toString(),
    value: measured(from.value),
    traceId: isZero(from.traceId) ? null : toHex(from.traceId),
    spanId: isZero(from.spanId) ? null : toHex(from.spanId),
  }
}

function measured(value: NumberDataPoint['value']): PlainNumber | null {
  if (value.case === 'asInt') return plainInteger(value.value)
  return value.case === 'asDouble' ? plainDouble(value.value) : null
}

function buckets(from: ExponentialHistogramDataPoint_Buckets | undefined): ReadBuckets {
  return { offset: from?.offset ?? 0, bucketCounts: (from?.bucketCounts ?? []).map(plainInteger) }
}

function temporality(value: number): Temporality {
  return TEMPORALITIES[value] ?? 'unspecified'
}

function optionalDouble(value: number | undefined): PlainNumber | null {
  return value === undefined ? null : plainDouble(value)
}
