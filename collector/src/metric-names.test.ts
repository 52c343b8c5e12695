import { expect, test } from 'vitest'
import { collectorForTest, type Json } from './testing/collector.ts'
import { ask, at, CUMULATIVE, gauge, iso, point, send, sum } from './testing/metric-points.ts'
import { metricsRequest } from './testing/otlp-json.ts'

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

test('what cannot be asked is refused by name, what nobody measures is not there', async () => {
  const hub = await collectorForTest()
  await send(hub, [gauge('heat', [point(0, { asInt: '1' })])])
  const cases = [
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
  ] as const
  for (const [given, message] of cases) {
    const { status, body } = await hub.get(`/api/v1/metrics/query?${given}`)
    expect([given, status, body.error]).toEqual([given, 400, 'invalid_parameter'])
    expect(body.message).toContain(message)
  }
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
