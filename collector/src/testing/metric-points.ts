import { expect } from 'vitest'
import type { Json, TestCollector } from './collector.ts'
import { keyValues, metricsRequest } from './otlp-json.ts'

/** Builders of metrics whose times are seconds from a start, for tests. */

const START = Date.UTC(2026, 0, 31, 12)
export const SHOP = { 'service.name': 'shop', 'service.instance.id': 'i1' } as const
export const DELTA = 1
export const CUMULATIVE = 2

/** Milliseconds since the epoch of a second. */
export const at = (second: number): number => START + second * 1000
export const nanos = (ms: number): string => `${ms}000000`
export const iso = (ms: number): string => new Date(ms).toISOString()

/** A data point at a second, that counts from another. */
export function point(
  second: number,
  fields: object,
  { from, labels = {} }: { from?: number; labels?: Record<string, string> } = {},
): object {
  return {
    timeUnixNano: nanos(at(second)),
    ...(from !== undefined && { startTimeUnixNano: nanos(at(from)) }),
    attributes: keyValues(labels),
    ...fields,
  }
}

export async function send(
  hub: TestCollector,
  metrics: object[],
  resource: Record<string, string> = SHOP,
): Promise<Json> {
  const { status, body } = await hub.post('/v1/metrics', metricsRequest(resource, metrics))
  expect(status).toBe(200)
  return body
}

export function gauge(name: string, dataPoints: object[]): object {
  return { name, gauge: { dataPoints } }
}

export function sum(
  name: string,
  aggregationTemporality: number,
  dataPoints: object[],
  isMonotonic = true,
): object {
  const data = { aggregationTemporality, isMonotonic, dataPoints }
  return { name, unit: '1', description: 'how many', sum: data }
}

export function histogram(name: string, aggregationTemporality: number, dataPoints: object[]): object {
  return { name, unit: 's', histogram: { aggregationTemporality, dataPoints } }
}

/** A histogram's point with the bounds 0.1, 1 and 10. */
export function buckets(counts: number[], sum: number): object {
  return {
    count: String(counts.reduce((all, one) => all + one, 0)),
    sum,
    bucketCounts: counts.map(String),
    explicitBounds: [0.1, 1, 10],
  }
}

/** Asks for a range in seconds from the start. */
export async function ask(
  hub: TestCollector,
  range: [since: number, until: number],
  parameters: string,
): Promise<Json> {
  const [since, until] = range.map((second) => iso(at(second)))
  const { status, body } = await hub.get(`/api/v1/metrics/query?since=${since}&until=${until}&${parameters}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

export function values(body: Json): Json[] {
  return body.lines.map((line: Json) => line.values)
}
