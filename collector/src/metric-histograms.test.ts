import { expect, test } from 'vitest'
import { collectorForFile, collectorForTest, type Json } from './testing/collector.ts'
import {
  ask,
  at,
  buckets,
  CUMULATIVE,
  DELTA,
  histogram,
  iso,
  nanos,
  point,
  send,
  SHOP,
  values,
} from './testing/metric-points.ts'
import { keyValues } from './testing/otlp-json.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const shared = collectorForFile()

test('quantiles, rates, means and the heatmap of histograms are of all series together', async () => {
  const hub = shared()
  // Two series: cumulative ones of i1, delta ones of i2. Together each step adds 0, 100, 100, 0 and 0, 100, 0, 100.
  await send(hub, [
    histogram('time', CUMULATIVE, [
      point(0, buckets([5, 5, 5, 5], 10), { from: -100 }),
      point(10, buckets([5, 55, 55, 5], 310), { from: -100 }),
      point(20, buckets([5, 105, 55, 55], 910), { from: -100 }),
    ]),
  ])
  const delta = [
    point(10, buckets([0, 50, 50, 0], 300), { from: 0 }),
    point(20, buckets([0, 50, 0, 50], 600), { from: 10 }),
  ]
  await send(hub, [histogram('time', DELTA, delta)], { ...SHOP, 'service.instance.id': 'i2' })
  const body = await ask(hub, [0, 20], 'name=time&step=10s&agg=sum&fn=p25,p50,p75,rate,avg,heatmap')
  expect(Object.fromEntries(body.lines.map(({ fn, values }: Json) => [fn, values]))).toEqual({
    // Half of the second bucket, its end, half of the third; beyond the last bound nothing better is known than it.
    p25: [0.55, 0.55],
    p50: [1, 1],
    p75: [5.5, 10],
    rate: [20, 20],
    avg: [3, 6],
  })
  expect(body.heatmaps).toEqual([
    {
      labels: {},
      bounds: [0.1, 1, 10, null],
      counts: [
        [0, 100, 100, 0],
        [0, 100, 0, 100],
      ],
    },
  ])
  const each = await ask(hub, [0, 20], 'name=time&step=10s&fn=increase')
  expect(values(each)).toEqual([
    [100, 100],
    [100, 100],
  ])
})

test('exponential histograms of different scales are taken together', async () => {
  const hub = shared()
  const exponential = (scale: number, offset: number, counts: number[]) => ({
    count: String(counts.reduce((all, one) => all + one, 0)),
    sum: 1,
    scale,
    zeroCount: '0',
    positive: { offset, bucketCounts: counts.map(String) },
  })
  // At scale 0 the buckets are (1, 2], (2, 4], (4, 8]; at scale 1 each of them is two.
  const points = [
    point(10, exponential(0, 0, [8, 0, 8]), { from: 0, labels: { n: '1' } }),
    point(10, exponential(1, 2, [4, 12]), { from: 0, labels: { n: '2' } }),
  ]
  await send(hub, [
    { name: 'size', exponentialHistogram: { aggregationTemporality: DELTA, dataPoints: points } },
  ])
  const body = await ask(hub, [0, 10], 'name=size&step=10s&agg=sum&fn=p25,p50,p100,heatmap')
  expect(values(body)[0]).toEqual([2])
  expect(values(body)[1]![0]).toBeCloseTo(2 * 2 ** 0.5, 9)
  expect(values(body)[2]).toEqual([8])
  expect(body.heatmaps[0]).toMatchObject({ bounds: [2, 4, 8], counts: [[8, 16, 8]] })
})

test('exponential histograms cost no more for scales and offsets that are as far apart as they can be', async () => {
  const hub = await collectorForTest({ metricSeries: 2 })
  const most = String(2n ** 64n - 1n)
  const places = [
    [0, 0],
    [20, -(2 ** 31)],
    [20, 2 ** 31 - 2],
    [-(2 ** 31), 2 ** 31 - 2],
    [2 ** 31 - 1, 0],
  ] as const
  const points = (labels: (at: number) => Record<string, string>) =>
    places.map(([scale, offset], at) => {
      const buckets = { offset, bucketCounts: ['1', most] }
      const fields = { count: most, sum: 1, scale, zeroCount: most, positive: buckets, negative: buckets }
      return point(10, fields, { from: 0, labels: labels(at) })
    })
  const exponential = (name: string, dataPoints: object[]) => ({
    name,
    exponentialHistogram: { aggregationTemporality: DELTA, dataPoints },
  })
  await send(hub, [
    exponential(
      'merged_when_read',
      points(() => ({})),
    ),
  ])
  await send(hub, [
    exponential(
      'merged_when_written',
      points((at) => ({ n: String(at) })),
    ),
  ])
  for (const name of ['merged_when_read', 'merged_when_written']) {
    const body = await ask(hub, [0, 10], `name=${name}&step=10s&agg=sum&fn=p0,p100,heatmap`)
    expect(body.heatmaps[0].bounds.length).toBeLessThan(200)
    expect(values(body)).toHaveLength(2)
  }
})

test('a summary tells the quantiles that it reported, and its rate', async () => {
  const hub = shared()
  const points = [0, 10].map((second) =>
    point(
      second,
      {
        count: String(20 * second),
        sum: second * 40,
        quantileValues: [{ quantile: 0.5, value: 2 + second }],
      },
      { from: -100 },
    ),
  )
  await send(hub, [{ name: 'wait', summary: { dataPoints: points } }])
  const body = await ask(hub, [0, 20], 'name=wait&step=10s&fn=p50,p99,rate,avg')
  expect(values(body)).toEqual([
    [2, 12],
    [null, null],
    [20, null],
    [2, null],
  ])
})

test('exemplars link the measurements of a range to their traces, each once', async () => {
  const hub = shared()
  const exemplar = {
    timeUnixNano: nanos(at(5)),
    asDouble: 0.7,
    traceId: TRACE,
    spanId: SPAN,
    filteredAttributes: keyValues({ user: 'u1' }),
  }
  for (const second of [10, 20]) {
    const one = point(
      second,
      { ...buckets([0, 1, 0, 0], 0.7), exemplars: [exemplar] },
      { from: 0, labels: { route: '/a' } },
    )
    await send(hub, [histogram('elapsed', CUMULATIVE, [one])])
  }
  const get = async (given: string) =>
    (await hub.get(`/api/v1/metrics/exemplars?name=elapsed&since=${iso(at(0))}&until=${iso(at(30))}${given}`))
      .body.data
  expect(await get('')).toEqual([
    {
      time: iso(at(5)),
      value: 0.7,
      trace_id: TRACE,
      span_id: SPAN,
      service: 'shop',
      labels: { route: '/a' },
      attributes: { user: 'u1' },
    },
  ])
  expect(await get('&label=route=/b')).toEqual([])
  const unknown = await hub.get('/api/v1/metrics/exemplars?name=elapsed&service=nobody')
  expect([unknown.status, unknown.body]).toMatchObject([404, { error: 'not_found' }])
})
