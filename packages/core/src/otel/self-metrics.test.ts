import { expect, it } from 'vitest'
import type { OutboxStats, SignalStats } from '../client/outbox.ts'
import type { MetricRecord, NumberPoint } from '../otlp/records.ts'
import { SelfMetrics } from './self-metrics.ts'

function signal(overrides: Partial<SignalStats> = {}): SignalStats {
  const none = { accepted: 0, delivered: 0, queued: 0, queued_bytes: 0, spooled: 0, dropped: {}, retries: 0 }
  return { ...none, breaker: 'closed', ...overrides }
}

/** `name error.type` → value. */
function counts(metrics: MetricRecord[], name: string): Record<string, number> {
  const own = metrics.filter((metric) => metric.name === name)
  const points = own.flatMap((metric) => (metric.kind === 'sum' ? metric.points : []))
  return Object.fromEntries(
    points.map(({ attributes, value }) => [attributes['error.type'] ?? 'none', value]),
  )
}

it('tells what became of spans by the names of the SDKs', () => {
  const spans = signal({ delivered: 5, queued: 3, dropped: { rejected: 2, too_large: 1, queue_full: 4 } })
  const metrics = new SelfMetrics(() => ({ spans }), 'cumulative', 1000).collect(2000)
  expect(counts(metrics, 'otel.sdk.exporter.span.exported')).toEqual({ none: 5, rejected: 2, too_large: 1 })
  expect(counts(metrics, 'otel.sdk.processor.span.processed')).toEqual({ none: 8, queue_full: 4 })
  expect(counts(metrics, 'otel.sdk.processor.span.queue.size')).toEqual({ none: 3 })
})

it('tells levels from the start, and counters by the temporality', () => {
  let stats: OutboxStats = { events: signal({ delivered: 5, queued_bytes: 70, dropped: { expired: 1 } }) }
  const self = new SelfMetrics(() => stats, 'delta', 1000)
  self.collect(2000)
  stats = {
    events: signal({ delivered: 7, queued_bytes: 10, dropped: { expired: 1, rejected: 2 }, breaker: 'open' }),
    spool: { bytes: 99, inherited: 0, inherited_lost: 0, recovered: 0, inherited_dropped: {} },
  }
  const metrics = self.collect(3000)
  const find = (name: string) => metrics.find((metric) => metric.name === name)
  expect(find('hubline.client.sent')).toMatchObject({
    monotonic: true,
    temporality: 'delta',
    points: [{ value: 2, startMs: 2000, timeMs: 3000, attributes: { 'hubline.signal': 'events' } }],
  })
  expect(counts(metrics, 'hubline.client.dropped')).toEqual({ expired: 0, rejected: 2 })
  expect(find('hubline.client.queue.usage')).toMatchObject({
    unit: 'By',
    monotonic: false,
    temporality: 'cumulative',
    points: [{ value: 10, startMs: 1000 }],
  })
  expect(find('hubline.client.spool.usage')).toMatchObject({ points: [{ value: 99 }] })
  const states = find('hubline.client.breaker.state')!.points as readonly NumberPoint[]
  expect(states.filter(({ value }) => value === 1)).toMatchObject([
    { attributes: { 'hubline.signal': 'events', 'hubline.breaker.state': 'open' } },
  ])
})
