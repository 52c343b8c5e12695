import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import type { ReadMetric } from '../../collector/src/otlp/read.ts'
import { PROTOCOLS, startSdk, type Sdk } from './sdk.ts'
import { storedIn } from './stored.ts'

const WAYS = PROTOCOLS.flatMap((protocol) => [
  { protocol, gzip: false },
  { protocol, gzip: true },
])

test.each(WAYS)('spans and logs of the official SDK by $protocol, gzip $gzip', async ({ protocol, gzip }) => {
  const { hub, tracers, loggers, end } = await startSdk(protocol, { gzip })
  const tracer = tracers.getTracer('orders', '1.2.3')
  const parent = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER })
  const inside = trace.setSpan(ROOT_CONTEXT, parent)
  const span = tracer.startSpan(
    'reserve',
    { startTime: [1_790_000_000, 123_456_789], attributes: { sku: 'a-1', tries: [1, 2], ratio: 0.5 } },
    inside,
  )
  const refusal = new TypeError('no stock')
  span.recordException(refusal)
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no stock' })
  loggers.getLogger('orders').emit({
    eventName: 'order.refused',
    severityNumber: 17,
    body: { sku: 'a-1', left: 0 },
    exception: refusal,
    context: trace.setSpan(ROOT_CONTEXT, span),
  })
  span.end([1_790_000_001, 987_654_321])
  parent.end()
  await end()

  const { traceId, spanId } = span.spanContext()
  const { status, body } = await hub.get(`/api/v1/traces/${traceId}`)
  expect(status).toBe(200)
  const reserve = body.spans.find(({ name }: { name: string }) => name === 'reserve')
  expect(body.spans).toHaveLength(2)
  expect(reserve).toMatchObject({
    service: 'shop',
    spanId,
    parentSpanId: parent.spanContext().spanId,
    startTimeUnixNano: '1790000000123456789',
    endTimeUnixNano: '1790000001987654321',
    attributes: { sku: 'a-1', tries: [1, 2], ratio: 0.5 },
    events: [{ name: 'exception', attributes: { 'exception.message': 'no stock' } }],
    status: { code: 'error', message: 'no stock' },
    scope: { name: 'orders', version: '1.2.3' },
  })
  expect(body.exceptions).toMatchObject([
    { spanId, type: 'TypeError', message: 'no stock', seenIn: ['span_event', 'log'] },
  ])
  expect((await hub.get('/api/v1/services/shop')).body.counts.exceptions).toBe(1)
  expect(body.logs).toMatchObject([
    { eventName: 'order.refused', severityNumber: 17, body: { sku: 'a-1', left: 0 }, spanId },
  ])
})

/** Every instrument, used once. */
function measure({ meters }: Sdk): void {
  const meter = meters.getMeter('orders')
  const region = { region: 'eu' }
  meter.createCounter('orders.placed', { unit: '{order}' }).add(3, region)
  meter.createUpDownCounter('orders.open').add(-2, region)
  const duration = meter.createHistogram('order.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: [0.1, 1] },
  })
  for (const seconds of [0.05, 0.5, 5]) duration.record(seconds, region)
  const size = meter.createHistogram('payload.size', { unit: 'By' })
  for (const bytes of [0, 1, 1024]) size.record(bytes, region)
  meter.createGauge('temperature', { unit: 'Cel' }).record(-1.5, region)
}

const byName = (metrics: ReadMetric[]) => new Map(metrics.map((metric) => [metric.name, metric]))

test.each(WAYS.map((way) => ({ ...way, delta: way.gzip })))(
  'metrics of the official SDK by $protocol, gzip $gzip, delta $delta',
  async ({ protocol, gzip, delta }) => {
    const sdk = await startSdk(protocol, { gzip, delta })
    measure(sdk)
    await sdk.end()
    const { hub } = sdk
    await hub.collector.close()
    const stored = byName(storedIn(hub.collector.dataDir).metrics)
    const temporality = delta ? 'delta' : 'cumulative'
    const at = { attributes: { region: 'eu' }, flags: 0, exemplars: [] }
    expect([...stored.keys()].toSorted()).toEqual([
      'order.duration',
      'orders.open',
      'orders.placed',
      'payload.size',
      'temperature',
    ])
    expect(stored.get('orders.placed')).toMatchObject({
      type: 'sum',
      unit: '{order}',
      temporality,
      monotonic: true,
      dataPoints: [{ ...at, value: 3 }],
    })
    // An up-down counter is cumulative whatever the preference says.
    expect(stored.get('orders.open')).toMatchObject({
      type: 'sum',
      temporality: 'cumulative',
      monotonic: false,
      dataPoints: [{ ...at, value: -2 }],
    })
    expect(stored.get('order.duration')).toMatchObject({
      type: 'histogram',
      temporality,
      dataPoints: [
        {
          ...at,
          count: 3,
          sum: 5.55,
          min: 0.05,
          max: 5,
          explicitBounds: [0.1, 1],
          bucketCounts: [1, 1, 1],
        },
      ],
    })
    const size = stored.get('payload.size')!
    expect(size).toMatchObject({
      type: 'exponential_histogram',
      temporality,
      dataPoints: [{ ...at, count: 3, sum: 1025, min: 0, max: 1024, zeroCount: 1, negative: { offset: 0 } }],
    })
    if (size.type !== 'exponential_histogram') throw new Error('impossible')
    const { bucketCounts } = size.dataPoints[0]!.positive
    expect(bucketCounts.reduce((sum: number, count) => sum + Number(count), 0)).toBe(2)
    expect(stored.get('temperature')).toMatchObject({ type: 'gauge', dataPoints: [{ ...at, value: -1.5 }] })
  },
)
