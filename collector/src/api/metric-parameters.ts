import type { z } from 'zod'
import type { Aggregation, LabelFilter, MetricFunction } from '../store/metrics.ts'
import { keyValue } from './key-value.ts'
import { list, oneOf, parsed, repeated, required, text, time, type Optional } from './parameters.ts'

const WORDS = ['last', 'avg', 'min', 'max', 'rate', 'increase', 'sum_rate', 'heatmap']
const MAX_FUNCTIONS = 6

/** Which series are asked for. */
export const seriesParameters: Readonly<{
  name: z.ZodType<string, string>
  service: Optional<string>
  label: z.ZodOptional<z.ZodType<LabelFilter[], string[]>>
  since: Optional<number>
  until: Optional<number>
}> = {
  name: required(text(500, 'Name of the metric.')),
  service: text(200, 'Only of this service.'),
  label: repeated(
    parsed('key=value or key!=value', readLabel),
    10,
    'Only series with this label, as `key=value` or `key!=value`; may be given several times. A label is an attribute of the data points, else of their resource; an empty value means that it is absent. A key with `=` in it goes in quotes: `"a=b"=value`.',
  ),
  since: time('Start of the range, an hour before its end by default; RFC 3339.'),
  until: time('End of the range, now by default; RFC 3339.'),
}

/** How lines are made of the series. */
export const lineParameters: Readonly<{
  fn: Optional<MetricFunction[]>
  by: Optional<string[]>
  agg: Optional<Aggregation>
}> = {
  fn: parsed(
    `up to ${MAX_FUNCTIONS} of ${WORDS.join(', ')} and quantiles such as p99, with commas between`,
    readFunctions,
  )
    .optional()
    .describe(
      'What is made of the points of each step: last, avg, min, max of gauges; rate and increase of sums; rate, increase, sum_rate, avg, heatmap and quantiles (p50, p99.9) of histograms.',
    ),
  by: list(
    10,
    'Labels, with commas between, whose series are taken together. Without it, and without agg, each series has its own line.',
  ),
  agg: oneOf(
    ['sum', 'avg', 'min', 'max'],
    'How series are taken together: sum for rates and sums, avg for gauges where it is not given. Quantiles are always of all values together.',
  ),
}

function readLabel(given: string): LabelFilter | undefined {
  const pair = given.length > 1000 ? undefined : keyValue(given, ['!=', '='])
  return pair && { key: pair.key, negated: pair.separator === '!=', value: pair.value }
}

function readFunctions(given: string): MetricFunction[] | undefined {
  const names = [...new Set(given.split(',').map((name) => name.trim()))]
  const known = names.every((name) => WORDS.includes(name) || isQuantile(name))
  return known && names.length <= MAX_FUNCTIONS ? (names as MetricFunction[]) : undefined
}

function isQuantile(name: string): boolean {
  return /^p\d{1,3}(\.\d{1,4})?$/.test(name) && Number(name.slice(1)) <= 100
}
