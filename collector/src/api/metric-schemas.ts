import { z } from 'zod'

const TYPES = ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'] as const
const labels = z.record(z.string(), z.string())

export const metricPageSchema: z.ZodObject = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      type: z.enum(TYPES),
      unit: z.string().describe('UCUM, such as `s` or `By`.'),
      description: z.string(),
      temporality: z.enum(['unspecified', 'delta', 'cumulative']).nullable(),
      monotonic: z.boolean().nullable().describe('Of a sum.'),
      series: z.int().describe('Of all services, seen in the last one to two hours.'),
      services: z.array(
        z.object({
          name: z.string(),
          series: z.int(),
          overflowed_points: z
            .int()
            .describe(
              'Data points beyond the limit of series, kept as one series with `otel.metric.overflow`.',
            ),
          last_seen: z.string(),
        }),
      ),
      first_seen: z.string(),
      last_seen: z.string().describe('To the minute.'),
    }),
  ),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
})

export const metricLabelsSchema: z.ZodObject = z.object({
  name: z.string(),
  series: z.int().describe('Series in the range.'),
  labels: z.array(
    z.object({
      key: z.string(),
      of: z.enum(['point', 'resource']),
      values: z.array(z.string()).describe('The first 200 by the alphabet.'),
      count: z.int(),
    }),
  ),
})

export const metricRangeSchema: z.ZodObject = z.object({
  name: z.string(),
  type: z.enum(TYPES),
  unit: z.string(),
  description: z.string(),
  step_ms: z.int(),
  times: z.array(z.string()).describe('Start of each step, a multiple of its length; RFC 3339, UTC.'),
  lines: z.array(
    z.object({
      labels,
      fn: z.string(),
      values: z.array(z.number().nullable()).describe('One for each step; null where nothing is known.'),
    }),
  ),
  heatmaps: z.array(
    z.object({
      labels,
      bounds: z.array(z.number().nullable()).describe('Upper bounds; null for the bucket without one.'),
      counts: z.array(z.array(z.number()).nullable()).describe('Of each step, one for each bucket.'),
    }),
  ),
  total_groups: z.int().describe('Series, or groups of them, that there are.'),
  truncated: z.boolean().describe('Whether not all of them are told.'),
})

export const metricExemplarsSchema: z.ZodObject = z.object({
  data: z.array(
    z.object({
      time: z.string(),
      value: z.union([z.number(), z.string()]).nullable(),
      trace_id: z.string().nullable().describe('Of `/api/v1/traces/{id}`.'),
      span_id: z.string().nullable(),
      service: z.string(),
      labels: z.record(z.string(), z.unknown()).describe('Attributes of the data point.'),
      attributes: z.record(z.string(), z.unknown()).describe('Those that only the measurement has.'),
    }),
  ),
})
