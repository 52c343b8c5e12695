export type ScannedType = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary'

/** By field number of a Metric. */
export const TYPES: Readonly<Record<number, ScannedType>> = {
  5: 'gauge',
  7: 'sum',
  9: 'histogram',
  10: 'exponential_histogram',
  11: 'summary',
}

/** What the field numbers of each kind of point mean. */
export type Field =
  | 'attributes'
  | 'start'
  | 'time'
  | 'flags'
  | 'double'
  | 'int'
  | 'count'
  | 'sum'
  | 'bounds'
  | 'counts'
  | 'scale'
  | 'zeroCount'
  | 'zeroThreshold'
  | 'positive'
  | 'negative'
  | 'quantile'

const NUMBER: Readonly<Record<number, Field>> = {
  7: 'attributes',
  2: 'start',
  3: 'time',
  4: 'double',
  6: 'int',
  8: 'flags',
}
/** By field number of the data point of each type. */
export const FIELDS: Readonly<Record<ScannedType, Readonly<Record<number, Field>>>> = {
  gauge: NUMBER,
  sum: NUMBER,
  histogram: {
    9: 'attributes',
    2: 'start',
    3: 'time',
    4: 'count',
    5: 'sum',
    6: 'counts',
    7: 'bounds',
    10: 'flags',
  },
  exponential_histogram: {
    1: 'attributes',
    2: 'start',
    3: 'time',
    4: 'count',
    5: 'sum',
    6: 'scale',
    7: 'zeroCount',
    8: 'positive',
    9: 'negative',
    10: 'flags',
    14: 'zeroThreshold',
  },
  summary: {
    7: 'attributes',
    2: 'start',
    3: 'time',
    4: 'count',
    5: 'sum',
    6: 'quantile',
    8: 'flags',
  },
}
