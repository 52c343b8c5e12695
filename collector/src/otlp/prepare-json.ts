import { hexIdsToBase64 } from './ids.ts'

/** Brings the ids of a span and its links from OTLP's hex to protobuf's base64. Throws when one is not hex. */
export function prepareSpan(span: unknown): void {
  hexIdsToBase64(span)
  for (const link of listOf(span, 'links')) hexIdsToBase64(link)
}

/** The same for a log record. */
export function prepareLogRecord(record: unknown): void {
  hexIdsToBase64(record)
}

/** The same for the exemplars of a metric. */
export function prepareMetric(metric: unknown): void {
  for (const point of dataPointsOf(metric)) {
    for (const exemplar of listOf(point, 'exemplars')) hexIdsToBase64(exemplar)
  }
}

/** How many data points a metric holds as far as can be told; at least 1. */
export function countJsonDataPoints(metric: unknown): number {
  return Math.max(1, dataPointsOf(metric).length)
}

const DATA = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'exponential_histogram', 'summary']

/** Those of a metric in JSON. */
export function dataPointsOf(metric: unknown): unknown[] {
  return DATA.flatMap((name) => {
    const data = fieldOf(metric, name)
    return [...listOf(data, 'dataPoints'), ...listOf(data, 'data_points')]
  })
}

function listOf(value: unknown, name: string): unknown[] {
  const list = fieldOf(value, name)
  return Array.isArray(list) ? list : []
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
