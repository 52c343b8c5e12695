import { expect } from 'vitest'
import { sendEvents } from './send.ts'

export const EXEMPLAR_TRACE = 'e8e3'.padEnd(32, '5')

const STEP_MS = 60_000
const STEPS = 40
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

type Point = Record<string, unknown>

/** Measures of two services over the last forty minutes: each type of OTLP, and a number told by an event. */
export async function sendMeasures(url: string, now: number): Promise<void> {
  const start = now - STEPS * STEP_MS
  const nanos = (ms: number) => String(BigInt(Math.round(ms)) * 1_000_000n)
  const points = (make: (step: number) => Point) =>
    Array.from({ length: STEPS }, (_, step) => ({
      startTimeUnixNano: nanos(start),
      timeUnixNano: nanos(start + (step + 1) * STEP_MS),
      ...make(step),
    }))
  const labels = (values: Record<string, string>) => ({
    attributes: Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } })),
  })
  const cumulative = 2
  const peak = (step: number) => Math.round(3 + 2.4 * Math.sin(step / 5))
  const requests = (route: string, shift: number) => {
    const counts = [...BOUNDS, 0].map(() => 0)
    return points((step) => {
      for (const index of BOUNDS.keys())
        counts[index]! += Math.max(0, 12 - 4 * Math.abs(index - peak(step) - shift))
      const count = counts.reduce((sum, each) => sum + each, 0)
      const exemplar = {
        timeUnixNano: nanos(start + (step + 1) * STEP_MS - 2000),
        asDouble: 0.31,
        traceId: EXEMPLAR_TRACE,
        spanId: '5'.repeat(16),
      }
      return {
        ...labels({ 'http.route': route }),
        count: String(count),
        sum: count * 0.04,
        bucketCounts: counts.map(String),
        explicitBounds: BOUNDS,
        ...(step === 30 && shift === 0 && { exemplars: [exemplar] }),
      }
    })
  }
  const metrics = [
    {
      name: 'http.server.request.duration',
      unit: 's',
      description: 'Duration of HTTP server requests.',
      histogram: {
        aggregationTemporality: cumulative,
        dataPoints: [...requests('/orders', 0), ...requests('/carts/:id', 2)],
      },
    },
    {
      name: 'orders.placed',
      unit: '{order}',
      sum: {
        aggregationTemporality: cumulative,
        isMonotonic: true,
        dataPoints: ['web', 'app'].flatMap((channel, index) =>
          points((step) => ({ ...labels({ channel }), asInt: String((step + 1) * (60 + index * 120)) })),
        ),
      },
    },
    {
      name: 'queue.depth',
      unit: '{job}',
      sum: {
        aggregationTemporality: cumulative,
        isMonotonic: false,
        dataPoints: points((step) => ({ asInt: String(20 + (step % 7)) })),
      },
    },
    {
      name: 'process.memory.usage',
      unit: 'By',
      gauge: { dataPoints: points((step) => ({ asDouble: 84e6 + step * 4e5 })) },
    },
    {
      name: 'db.client.wait',
      unit: 'ms',
      exponentialHistogram: {
        aggregationTemporality: cumulative,
        dataPoints: points((step) => ({
          count: String(6 * (step + 1)),
          sum: 40 * (step + 1),
          scale: 2,
          zeroCount: '0',
          positive: { offset: 8, bucketCounts: [1, 3, 2].map((count) => String(count * (step + 1))) },
        })),
      },
    },
    {
      name: 'rpc.latency',
      unit: 'ms',
      summary: {
        dataPoints: points((step) => ({
          count: String(10 * (step + 1)),
          sum: 120 * (step + 1),
          quantileValues: [
            { quantile: 0.5, value: 9 },
            { quantile: 0.95, value: 22 },
            { quantile: 0.99, value: 30 },
          ],
        })),
      },
    },
  ]
  const resource = labels({ 'service.name': 'checkout', 'service.instance.id': 'checkout-1' })
  const body = JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/metrics`, { method: 'POST', headers, body })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  expect(JSON.parse(text)).toEqual({})
  await sendEvents(
    url,
    Array.from({ length: 20 }, (_, step) => ({
      type: 'MetricReported',
      source: 'nightly-report',
      occurred_at: new Date(now - (20 - step) * STEP_MS).toISOString(),
      payload: { metric: 'invoices_open', value: 100 + step, unit: 'invoices' },
    })),
  )
}
