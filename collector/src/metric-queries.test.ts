import { expect, test } from 'vitest'
import { collectorForTest, type Json, type TestCollector } from './testing/collector.ts'
import { keyValues, metricsRequest } from './testing/otlp-json.ts'

const START = Date.UTC(2026, 0, 31, 12)
const SHOP = { 'service.name': 'shop', 'service.instance.id': 'i1' }
const DELTA = 1
const CUMULATIVE = 2
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

const nanos = (ms: number) => `${ms}000000`
const at = (second: number) => START + second * 1000
const iso = (ms: number) => new Date(ms).toISOString()

/** A data point at a second, that counts from another. */
function point(
  second: number,
  fields: object,
  { from, labels = {} }: { from?: number; labels?: Record<string, string> } = {},
) {
  return {
    timeUnixNano: nanos(at(second)),
    ...(from !== undefined && { startTimeUnixNano: nanos(at(from)) }),
    attributes: keyValues(labels),
    ...fields,
  }
}

async function send(
  hub: TestCollector,
  metrics: object[],
  resource: Record<string, string> = SHOP,
): Promise<Json> {
  const { status, body } = await hub.post('/v1/metrics', metricsRequest(resource, metrics))
  expect(status).toBe(200)
  return body
}

const gauge = (name: string, dataPoints: object[]) => ({ name, gauge: { dataPoints } })
const sum = (name: string, aggregationTemporality: number, dataPoints: object[], isMonotonic = true) => ({
  name,
  unit: '1',
  description: 'how many',
  sum: { aggregationTemporality, isMonotonic, dataPoints },
})

/** Asks for a range in seconds from the start. */
async function ask(
  hub: TestCollector,
  range: [since: number, until: number],
  parameters: string,
): Promise<Json> {
  const [since, until] = range.map((second) => iso(at(second)))
  const { status, body } = await hub.get(`/api/v1/metrics/query?since=${since}&until=${until}&${parameters}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

const values = (body: Json): Json[] => body.lines.map((line: Json) => line.values)

test('a gauge is told by its last, average, least and greatest value, with nothing where nothing is known', async () => {
  const hub = await collectorForTest()
  const seconds = [0, 3, 6, 9, 10, 40, 43]
  await send(hub, [
    gauge(
      'heat',
      seconds.map((second) => point(second, { asDouble: second })),
    ),
  ])
  const body = await ask(hub, [0, 60], 'name=heat&step=10s&fn=last,avg,min,max')
  expect(body).toMatchObject({
    name: 'heat',
    type: 'gauge',
    step_ms: 10_000,
    total_groups: 1,
    truncated: false,
  })
  expect(body.times).toEqual([0, 10, 20, 30, 40, 50].map((second) => iso(at(second))))
  expect(body.lines.map(({ fn, values }: Json) => [fn, values])).toEqual([
    ['last', [9, 10, null, null, 43, null]],
    ['avg', [4.5, 10, null, null, 41.5, null]],
    ['min', [0, 10, null, null, 40, null]],
    ['max', [9, 10, null, null, 43, null]],
  ])
  expect(body.lines[0].labels).toEqual({ 'service.name': 'shop', 'service.instance.id': 'i1' })
})

test('steps shorter than the pace of a gauge have its last value, a gap has none', async () => {
  const hub = await collectorForTest()
  const seconds = [0, 60, 120, 300, 360]
  await send(hub, [
    gauge(
      'heat',
      seconds.map((second) => point(second, { asInt: String(second) })),
    ),
  ])
  const [line] = values(await ask(hub, [0, 390], 'name=heat&step=30s&fn=last'))
  expect(line).toEqual([0, 0, 60, 60, 120, null, null, null, null, null, 300, 300, 360])
})

test('rates of a cumulative sum go on over restarts, duplicates and disorder', async () => {
  const hub = await collectorForTest({ limits: { partRows: 2 } })
  const counted: [second: number, value: number, from: number][] = [
    [10, 10, 0],
    [30, 50, 0],
    [20, 30, 0],
    [20, 30, 0],
    // Started anew at 35: what it counted before it was told again is unknown.
    [40, 5, 35],
    [50, 25, 35],
    // Became smaller without saying so: started anew somewhere after 50.
    [60, 7, 35],
  ]
  for (const [second, value, from] of counted) {
    await send(hub, [sum('orders', CUMULATIVE, [point(second, { asInt: String(value) }, { from })])])
  }
  expect(values(await ask(hub, [0, 70], 'name=orders&step=10s&fn=increase'))).toEqual([
    [10, 20, 20, 5, 20, 7, null],
  ])
  expect(values(await ask(hub, [0, 70], 'name=orders&step=10s&fn=rate'))).toEqual([
    [1, 2, 2, 0.5, 2, 0.7, null],
  ])
  // The range may begin anywhere: what came before it is where counting starts.
  expect(values(await ask(hub, [20, 60], 'name=orders&step=20s&fn=increase'))).toEqual([[25, 27]])
})

test('delta and cumulative points of the same count tell the same', async () => {
  const hub = await collectorForTest()
  const steps = [4, 0, 6, 10]
  let total = 0
  for (const [index, added] of steps.entries()) {
    const [from, to] = [index * 10, index * 10 + 10]
    total += added
    const delta = point(to, { asInt: String(added) }, { from })
    await send(hub, [
      sum('c', CUMULATIVE, [point(to, { asInt: String(total) }, { from: 0 })]),
      // Sent twice, as after an answer that was lost.
      sum('d', DELTA, added > 0 ? [delta, delta] : []),
    ])
  }
  const of = async (name: string) => values(await ask(hub, [0, 40], `name=${name}&step=20s&fn=increase,rate`))
  expect(await of('c')).toEqual([
    [4, 16],
    [0.2, 0.8],
  ])
  expect(await of('d')).toEqual(await of('c'))
})

test('a sum that goes up and down is told by its value', async () => {
  const hub = await collectorForTest()
  const points = [3, 5, 2].map((value, n) => point(n * 10, { asInt: String(value) }, { from: 0 }))
  await send(hub, [sum('queue', CUMULATIVE, points, false)])
  expect(values(await ask(hub, [0, 30], 'name=queue&step=10s'))).toEqual([[3, 5, 2]])
})

test('series are filtered and taken together by their labels and by those of their resource', async () => {
  const hub = await collectorForTest()
  for (const [instance, factor] of [
    ['i1', 1],
    ['i2', 10],
  ] as const) {
    const points = ['GET', 'POST'].flatMap((method, m) =>
      [0, 10, 20].map((second) =>
        point(second, { asInt: String(second * (m + 1) * factor) }, { from: -1000, labels: { method } }),
      ),
    )
    await send(hub, [sum('requests', CUMULATIVE, points)], { ...SHOP, 'service.instance.id': instance })
  }
  const lines = async (given: string) => {
    const body = await ask(hub, [10, 20], `name=requests&step=10s&${given}`)
    return body.lines.map(({ labels, values }: Json) => [labels, values[0]])
  }
  expect(await lines('by=method')).toEqual([
    [{ method: 'GET' }, 11],
    [{ method: 'POST' }, 22],
  ])
  expect(await lines('by=service.instance.id&agg=max')).toEqual([
    [{ 'service.instance.id': 'i1' }, 2],
    [{ 'service.instance.id': 'i2' }, 20],
  ])
  expect(await lines('agg=avg')).toEqual([[{}, 8.25]])
  expect(await lines('label=method=GET&agg=sum')).toEqual([[{}, 11]])
  expect(await lines('label=method!=GET&label=service.instance.id=i1')).toEqual([
    [{ method: 'POST', 'service.instance.id': 'i1', 'service.name': 'shop' }, 2],
  ])
  expect(await lines('label=nothing=&by=nothing')).toEqual([[{}, 33]])
  expect(await lines('label=method=')).toEqual([])
  const { body } = await hub.get(
    `/api/v1/metrics/labels?name=requests&since=${iso(at(0))}&until=${iso(at(30))}`,
  )
  expect(body).toEqual({
    name: 'requests',
    series: 4,
    labels: [
      { key: 'method', of: 'point', values: ['GET', 'POST'], count: 2 },
      { key: 'service.instance.id', of: 'resource', values: ['i1', 'i2'], count: 2 },
      { key: 'service.name', of: 'resource', values: ['shop'], count: 1 },
    ],
  })
})

const BOUNDS = [0.1, 1, 10]
const histogram = (name: string, temporality: number, dataPoints: object[]) => ({
  name,
  unit: 's',
  histogram: { aggregationTemporality: temporality, dataPoints },
})
const buckets = (counts: number[], sum: number) => ({
  count: String(counts.reduce((all, one) => all + one, 0)),
  sum,
  bucketCounts: counts.map(String),
  explicitBounds: BOUNDS,
})

test('quantiles, rates, means and the heatmap of histograms are of all series together', async () => {
  const hub = await collectorForTest()
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
  const hub = await collectorForTest()
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
  const histogram = (name: string, dataPoints: object[]) => ({
    name,
    exponentialHistogram: { aggregationTemporality: DELTA, dataPoints },
  })
  await send(hub, [
    histogram(
      'merged_when_read',
      points(() => ({})),
    ),
  ])
  await send(hub, [
    histogram(
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
  const hub = await collectorForTest()
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
  const hub = await collectorForTest()
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
    await send(hub, [histogram('time', CUMULATIVE, [one])])
  }
  const get = async (given: string) =>
    (await hub.get(`/api/v1/metrics/exemplars?name=time&since=${iso(at(0))}&until=${iso(at(30))}${given}`))
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
})

test('metrics are listed by name with who measures them', async () => {
  const hub = await collectorForTest()
  await send(hub, [
    sum('b.requests', CUMULATIVE, [
      point(0, { asInt: '1' }, { labels: { n: '1' } }),
      point(0, { asInt: '1' }, { labels: { n: '2' } }),
    ]),
    gauge('a.heat', [point(0, { asInt: '1' })]),
  ])
  await send(hub, [sum('b.requests', CUMULATIVE, [point(0, { asInt: '1' })])], { 'service.name': 'billing' })
  const { body } = await hub.get('/api/v1/metrics?limit=1')
  expect(body).toMatchObject({
    has_more: true,
    next_cursor: 'a.heat',
    data: [{ name: 'a.heat', type: 'gauge', temporality: null }],
  })
  const next = (await hub.get('/api/v1/metrics?cursor=a.heat')).body
  expect(next).toMatchObject({
    has_more: false,
    data: [
      {
        name: 'b.requests',
        type: 'sum',
        unit: '1',
        description: 'how many',
        temporality: 'cumulative',
        monotonic: true,
        series: 3,
      },
    ],
  })
  expect(next.data[0].services.map(({ name, series }: Json) => [name, series]).sort()).toEqual([
    ['billing', 1],
    ['shop', 2],
  ])
  expect((await hub.get('/api/v1/metrics?service=billing&match=REQ')).body.data).toHaveLength(1)
})

test('data points beyond the limit of series are kept as one, and their sender is told', async () => {
  const hub = await collectorForTest({ metricSeries: 3 })
  const points = (second: number, names: string[]) =>
    names.map((user) => point(second, { asInt: String(second) }, { from: 0, labels: { user } }))
  expect(await send(hub, [sum('logins', CUMULATIVE, points(10, ['a', 'b', 'c']))])).toEqual({})
  const answer = await send(hub, [
    sum('logins', CUMULATIVE, points(20, ['a', 'd', 'b', 'e', 'c'])),
    gauge('heat', [point(20, { asInt: '1' })]),
  ])
  expect(answer.partialSuccess.rejectedDataPoints ?? '0').toBe('0')
  expect(answer.partialSuccess.errorMessage).toContain(
    '2 data points are beyond the limit of series of "logins"',
  )
  const body = await ask(hub, [0, 20], 'name=logins&step=20s&fn=increase&by=user,otel.metric.overflow')
  expect(body.lines.map(({ labels, values }: Json) => [labels, values])).toEqual([
    [{ 'otel.metric.overflow': 'true' }, [40]],
    [{ user: 'a' }, [20]],
    [{ user: 'b' }, [20]],
    [{ user: 'c' }, [20]],
  ])
  const { services } = (await hub.get('/api/v1/metrics?match=logins')).body.data[0]
  expect(services).toMatchObject([{ name: 'shop', series: 3, overflowed_points: 2 }])
})

test.each([
  ['name=', 'name is not given; it must be given'],
  ['name=heat&fn=median', 'fn is "median"; it must be up to 6 of last'],
  ['name=heat&fn=p101', 'fn is "p101"; it must be'],
  ['name=heat&fn=rate', 'fn does not suit a gauge; it must be of last, avg, min, max'],
  ['name=heat&step=1ms', 'step is 1 ms; it must be at least 1s'],
  [
    'name=heat&step=1s&since=2026-01-01&until=2026-02-01',
    'step is 1 s, which cuts the range into more than 2000 steps',
  ],
  ['name=heat&label=x', 'label is "x"; it must be key=value or key!=value'],
  ['name=heat&agg=median', 'agg is "median"; it must be sum or avg or min or max'],
])('%s is refused by name', async (given, message) => {
  const hub = await collectorForTest()
  await send(hub, [gauge('heat', [point(0, { asInt: '1' })])])
  const { status, body } = await hub.get(`/api/v1/metrics/query?${given}`)
  expect([status, body.error]).toEqual([400, 'invalid_parameter'])
  expect(body.message).toContain(message)
})

test('a metric that nobody measures is not there', async () => {
  const hub = await collectorForTest()
  await send(hub, [gauge('heat', [point(0, { asInt: '1' })])])
  expect((await hub.get('/api/v1/metrics/query?name=cold')).status).toBe(404)
  expect((await hub.get('/api/v1/metrics/labels?name=heat&service=other')).status).toBe(404)
})

test('a token that is bound to one service reads the metrics of no other', async () => {
  const hub = await collectorForTest({
    tokens: 'ingest:*:in-secret-1234567,read:shop:shop-secret-1234567',
  })
  const as = (secret: string) => ({ authorization: `Bearer ${secret}` })
  for (const name of ['shop', 'billing']) {
    const body = metricsRequest({ 'service.name': name }, [
      gauge('heat', [point(0, { asInt: '1' })]),
      gauge(`of.${name}`, [point(0, { asInt: '1' })]),
    ])
    await hub.post('/v1/metrics', body, as('in-secret-1234567'))
  }
  const get = (path: string) => hub.get(`/api/v1/metrics${path}`, as('shop-secret-1234567'))
  const { data } = (await get('')).body
  expect(data.map(({ name, services }: Json) => [name, services.length])).toEqual([
    ['heat', 1],
    ['of.shop', 1],
  ])
  const range = `since=${iso(at(0))}&until=${iso(at(10))}`
  expect((await get(`/query?name=heat&by=service.name&${range}`)).body.lines).toHaveLength(1)
  expect((await get(`/labels?name=heat&${range}`)).body.series).toBe(1)
  expect((await get('/query?name=of.billing')).status).toBe(404)
  for (const path of ['/query', '/labels', '/exemplars'])
    expect((await get(`${path}?name=heat&service=billing`)).status).toBe(403)
})
