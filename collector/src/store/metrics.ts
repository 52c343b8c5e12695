import type { PlainAttributes } from '../otlp/plain.ts'
import type { MetricRow } from './rows.ts'

export type MetricType = MetricRow['type']

export interface MetricListQuery {
  service?: string | undefined
  /** Text that the name contains, in upper or lower case. */
  match?: string | undefined
  /** Milliseconds since the epoch: only metrics that came at or after it. */
  since?: number | undefined
  limit: number
  /** Only names after this one. */
  after?: string | undefined
}

/** One name, whoever measures it. Times are milliseconds since the epoch. */
export interface MetricSummary {
  name: string
  type: MetricType
  /** UCUM, such as `s` or `By`. */
  unit: string
  description: string
  /** Null where it has none. */
  temporality: string | null
  /** Of a sum. */
  monotonic: boolean | null
  /** Series of the last one to two hours, and data points that were beyond the limit of series. */
  services: { name: string; series: number; overflowed: number; lastSeen: number }[]
  firstSeen: number
  lastSeen: number
}

/** A condition on a label: an attribute of the data point, else of its resource. An empty value means that it is absent. */
export interface LabelFilter {
  key: string
  value: string
  negated: boolean
}

/** Which series. Times are milliseconds since the epoch. */
export interface SeriesQuery {
  name: string
  service?: string | undefined
  labels?: readonly LabelFilter[] | undefined
  since: number
  /** Exclusive. */
  until: number
}

export type Aggregation = 'sum' | 'avg' | 'min' | 'max'

/** What is made of the data points of a step. A quantile is `p` with a percentage: `p99`, `p99.9`. */
export type MetricFunction =
  | 'last'
  | 'avg'
  | 'min'
  | 'max'
  | 'rate'
  | 'increase'
  | 'sum_rate'
  | 'heatmap'
  | `p${number}`

export interface MetricQuery extends SeriesQuery {
  /** Milliseconds. */
  step: number
  /** Empty for what suits the type. */
  functions: readonly MetricFunction[]
  /** Labels whose series are taken together; undefined leaves every series by itself, unless there is an `aggregation`. */
  by?: readonly string[] | undefined
  aggregation?: Aggregation | undefined
}

/** One line of a chart; null where nothing is known. */
export interface MetricLine {
  labels: Record<string, string>
  fn: MetricFunction
  values: (number | null)[]
}

/** Counts of each step by bucket, not summed up; null for a step of which nothing is known. */
export interface MetricHeatmap {
  labels: Record<string, string>
  /** Upper bounds of the buckets; the last one may be null, without a bound. */
  bounds: (number | null)[]
  counts: (number[] | null)[]
}

export interface MetricRange {
  name: string
  type: MetricType
  unit: string
  description: string
  /** Starts of the steps, in milliseconds since the epoch. */
  starts: number[]
  lines: MetricLine[]
  heatmaps: MetricHeatmap[]
  /** Lines that there would be, where not all are told. */
  total: number
  truncated: boolean
}

/** Why there is no answer: nothing of this name, a function that its type does not have, or too much to look at. */
export type MetricProblem =
  | { problem: 'unknown' }
  | { problem: 'function'; type: string; functions: string[] }
  | { problem: 'too_much'; most: number }

export interface MetricLabels {
  /** Series in the range. */
  series: number
  labels: {
    key: string
    /** Whether it is of the data points or of their resource. */
    of: 'point' | 'resource'
    /** The first ones of the alphabet. */
    values: string[]
    count: number
  }[]
}

/** A measurement kept as it was, with the span it happened in. */
export interface MetricExemplar {
  /** Milliseconds since the epoch. */
  time: number
  value: number | string | null
  trace_id: string | null
  span_id: string | null
  /** Those of its own. */
  attributes: PlainAttributes
  labels: PlainAttributes
  service: string
}

/** What a store answers of metrics. */
export interface MetricStore {
  metrics(query: MetricListQuery): Promise<{ metrics: MetricSummary[]; hasMore: boolean }>
  metricLabels(query: SeriesQuery): Promise<MetricLabels | MetricProblem>
  metricRange(query: MetricQuery): Promise<MetricRange | MetricProblem>
  /** The newest ones. */
  metricExemplars(query: SeriesQuery & { limit: number }): Promise<MetricExemplar[] | MetricProblem>
}
