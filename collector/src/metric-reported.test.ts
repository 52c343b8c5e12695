import { expect, test } from 'vitest'
import { collectorForFile, collectorForTest, event, type Json } from './testing/collector.ts'
import { ask, at, gauge, iso, point, send, SHOP, values } from './testing/metric-points.ts'

/** A number that an event reports at a second. */
const reported = (second: number, metric: string, value: unknown, more: object = {}, payload: object = {}) =>
  event({
    type: 'MetricReported',
    source: 'shop',
    occurred_at: iso(at(second)),
    payload: { metric, value, unit: 'count', ...payload },
    ...more,
  })

const shared = collectorForFile({ limits: { partRows: 3 } })

test('numbers that events report are metrics: name, value, unit and source, by whichever door', async () => {
  const hub = shared()
  await hub.events(reported(10, 'orders', 3, {}, { period: '24h' }))
  await hub.events(reported(20, 'orders', 5, {}, { period: '24h' }))
  await hub.post('/api/v1/messagebus/publish', {
    event_type: 'stock.metric',
    source_service: 'stock',
    timestamp: iso(at(20)),
    payload: { metric: 'orders', value: 7.5, unit: 'count', timestamp: iso(at(20)), tags: { shelf: 'a' } },
  })
  // Of another name than its own service, without a number, or of a native type that says none: no metrics.
  for (const [source, payload] of [
    ['other', { metric: 'orders', value: 1 }],
    ['stock', { metric: 'orders', value: 'many' }],
    ['stock', { orders: 1 }],
  ] as const) {
    const said = { event_type: 'stock.metric', source_service: source, timestamp: iso(at(20)), payload }
    expect((await hub.post('/api/v1/messagebus/publish', said)).status).toBe(200)
  }
  const { data } = (await hub.get('/api/v1/metrics?match=ORDERS')).body
  expect(data).toMatchObject([{ name: 'orders', type: 'gauge', unit: 'count', temporality: null }])
  expect(data[0].services.map(({ name, series }: Json) => [name, series]).toSorted()).toEqual([
    ['shop', 1],
    ['stock', 1],
  ])
  const body = await ask(hub, [0, 30], 'name=orders&step=10s&fn=last')
  expect(body).toMatchObject({ type: 'gauge', unit: 'count' })
  expect(body.lines.map(({ labels, values }: Json) => [labels, values])).toEqual([
    [{ 'service.name': 'shop', 'hub.metric.period': '24h' }, [null, 3, 5]],
    [{ 'service.name': 'stock', shelf: 'a' }, [null, null, 7.5]],
  ])
  expect(values(await ask(hub, [0, 30], 'name=orders&step=10s&fn=max&agg=sum&service=stock'))).toEqual([
    [null, null, 7.5],
  ])
  expect(values(await ask(hub, [0, 30], 'name=orders&step=30s&label=shelf=a'))).toEqual([[7.5]])
  const range = `since=${iso(at(0))}&until=${iso(at(30))}`
  const { labels } = (await hub.get(`/api/v1/metrics/labels?name=orders&${range}`)).body
  expect(labels.map(({ key, of }: Json) => `${of} ${key}`)).toEqual([
    'point hub.metric.period',
    'point shelf',
    'resource service.name',
  ])
  // What comes later is there as well, also with an earlier time.
  await hub.events([reported(15, 'orders', 4, {}, { period: '24h' }), reported(5, 'late.metric', 1)])
  expect(values(await ask(hub, [0, 30], 'name=orders&step=5s&fn=last&service=shop'))).toEqual([
    [null, null, 3, 4, 5, null],
  ])
  expect((await hub.get('/api/v1/metrics?match=late')).body.data).toHaveLength(1)
})

test('what a client says by an event and by a gauge is one line, with every number once', async () => {
  const hub = shared()
  const instance = { instance: 'i1', env: 'prod' }
  const daily = { labels: { 'hub.metric.period': '24h' } }
  for (const [second, value] of [
    [1, 10],
    [2, 20],
    [12, 40],
  ] as const) {
    await hub.events(reported(second, 'daily', value, instance, { period: '24h' }))
  }
  // The gauge tells the last of each interval, at about the same time.
  await send(hub, [gauge('daily', [point(2, { asInt: '20' }, daily)])], SHOP)
  await send(hub, [
    gauge('daily', [point(12.003, { asInt: '40' }, daily), point(22, { asInt: '60' }, daily)]),
  ])
  const body = await ask(hub, [0, 30], 'name=daily&step=10s&fn=avg,last')
  expect(body.lines).toHaveLength(2)
  expect(values(body)).toEqual([
    [15, 40, 60],
    [20, 40, 60],
  ])
  const { data } = (await hub.get('/api/v1/metrics?match=daily')).body
  expect(data.map(({ services }: Json) => services.length)).toEqual([1])
})

test('lists page through both kinds, each name once', async () => {
  const hub = shared()
  await hub.events(['z.b', 'z.d', 'z.\u{1f600}'].map((name, n) => reported(n, name, n)))
  await send(
    hub,
    ['z.a', 'z.b', 'z.c', 'z.\uffee'].map((name) => gauge(name, [point(0, { asInt: '1' })])),
  )
  const names: string[] = []
  for (let cursor = ''; ;) {
    const { body } = await hub.get(`/api/v1/metrics?match=z.&limit=2&cursor=${encodeURIComponent(cursor)}`)
    names.push(...body.data.map(({ name }: Json) => name))
    if (!body.has_more) break
    cursor = body.next_cursor
  }
  expect(names).toEqual(['z.a', 'z.b', 'z.c', 'z.d', 'z.\uffee', 'z.\u{1f600}'])
})

test('a bound token reads the numbers of its source, and what is exported is stored once', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:*:any-in,read:shop:shop-out,read:*:all-out' })
  const as = (secret: string) => ({ authorization: `Bearer ${secret}` })
  for (const source of ['shop', 'billing'])
    await hub.events(reported(1, 'sales', 1, { source }), as('any-in'))
  await hub.events(reported(1, 'of.billing', 1, { source: 'billing' }), as('any-in'))
  const { data } = (await hub.get('/api/v1/metrics', as('shop-out'))).body
  expect(data.map(({ name, services }: Json) => [name, services.length])).toEqual([['sales', 1]])
  const range = `since=${iso(at(0))}&until=${iso(at(10))}`
  const lines = async (secret: string) =>
    (await hub.get(`/api/v1/metrics/query?name=sales&${range}`, as(secret))).body.lines.length
  expect([await lines('shop-out'), await lines('all-out')]).toEqual([1, 2])
  expect((await hub.get(`/api/v1/metrics/query?name=of.billing`, as('shop-out'))).status).toBe(404)
  const exported = await fetch(`${hub.url}/api/v1/export?signal=metrics`, { headers: as('all-out') })
  expect(await exported.text()).toBe('')
})
