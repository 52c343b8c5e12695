import { expect, test } from 'vitest'
import { collectorForTest, type Json } from './testing/collector.ts'
import { bodies, iso, query, send, SHOP, SPAN, START, TRACE, type Parameters } from './testing/log-records.ts'
import { logsRequest } from './testing/otlp-json.ts'

test('a record is shown whole, with its trace, its event and its origin', async () => {
  const hub = await collectorForTest()
  await send(hub, [
    {
      at: START,
      severity: 17,
      eventName: 'hub.interaction',
      body: { message: 'no stock', items: [1, 2.5, true] },
      attributes: { 'hub.event.id': '01KG0000000000000000000000', 'http.route': '/orders' },
      traceId: TRACE,
      spanId: SPAN,
    },
  ])
  const { body: page } = await hub.get('/api/v1/logs')
  expect(page).toMatchObject({ next_cursor: null, has_more: false, searched_until: null })
  const [record] = page.data
  expect(record).toEqual({
    id: expect.stringMatching(/^[0-9a-z]+$/),
    time: iso(START),
    time_unix_nano: `${START}000000`,
    observed_time_unix_nano: '0',
    service: 'shop',
    instance: 'i1',
    env: 'prod',
    severity: 'error',
    severity_number: 17,
    severity_text: '',
    event_name: 'hub.interaction',
    body: { message: 'no stock', items: [1, 2.5, true] },
    attributes: { 'hub.event.id': '01KG0000000000000000000000', 'http.route': '/orders' },
    dropped_attributes_count: 0,
    resource: { attributes: SHOP },
    scope: { name: 'test', version: '1', attributes: {} },
    trace_id: TRACE,
    span_id: SPAN,
    trace_flags: 0,
    hub_event_id: '01KG0000000000000000000000',
  })
  expect((await hub.get(`/api/v1/logs/${record.id}`)).body).toEqual(record)
  for (const id of ['zzz', 'NO', '0', 'zzzzzzzzzzzzz'])
    expect((await hub.get(`/api/v1/logs/${id}`)).status).toBe(404)
})

test('pages neither skip nor repeat a record, over parts and records of the same time, either way', async () => {
  const hub = await collectorForTest({ limits: { partRows: 10 } })
  // Late records and equal times: the order of time is not the order in which they came.
  const times = Array.from({ length: 60 }, (_, n) => START + ((n * 7) % 20) * 1000)
  for (let at = 0; at < times.length; at += 4) {
    await send(
      hub,
      times.slice(at, at + 4).map((time, n) => ({ at: time, body: at + n })),
    )
  }
  const order = times
    .map((time, n) => ({ time, n }))
    .sort((a, b) => a.time - b.time || a.n - b.n)
    .map(({ n }) => n)
  for (const limit of [1, 7, 60]) {
    expect(await bodies(hub, { limit, order: 'asc' })).toEqual(order)
    expect(await bodies(hub, { limit })).toEqual(order.toReversed())
  }
  const within = { since: iso(START + 3000), until: iso(START + 6000), limit: 2 }
  const between = order.filter((n) => times[n]! >= START + 3000 && times[n]! < START + 6000)
  expect(await bodies(hub, { ...within, order: 'asc' })).toEqual(between)
  expect(await bodies(hub, within)).toEqual(between.toReversed())
})

test('what comes in while pages are read neither repeats nor hides what was there', async () => {
  const hub = await collectorForTest({ limits: { partRows: 5 } })
  await send(
    hub,
    Array.from({ length: 12 }, (_, n) => ({ at: START + n, body: n })),
  )
  const first = (await hub.get('/api/v1/logs?limit=4')).body
  await send(
    hub,
    Array.from({ length: 8 }, (_, n) => ({ at: START + 1000 + n, body: 100 + n })),
  )
  const rest = await hub.get(`/api/v1/logs?limit=50&cursor=${first.next_cursor}`)
  const numbers = [...first.data, ...rest.body.data].map(({ body }: Json) => body)
  expect(numbers).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
})

test('filters narrow by everything that a record says, together', async () => {
  const hub = await collectorForTest({ limits: { partRows: 4 } })
  const other = { 'service.name': 'billing', 'service.instance.id': 'i2', 'deployment.environment': 'test' }
  await send(hub, [
    { at: START, body: 'a', severity: 5, attributes: { code: 500, route: '/a' } },
    { at: START + 1, body: 'b', severity: 9, eventName: 'started', traceId: TRACE, spanId: SPAN },
    { at: START + 2, body: 'c', severity: 13, attributes: { code: '500', flag: true, list: [1, 'x'] } },
    { at: START + 3, body: 'd', severity: 18, attributes: { coded: 500, 'k8s.pod:name': 'web-1' } },
  ])
  await send(
    hub,
    [
      { at: START + 4, body: 'e', severity: 21, attributes: { route: '/a' } },
      { at: START + 5, body: 'f' },
    ],
    other,
  )
  const cases: [Parameters, string][] = [
    [{ service: 'shop' }, 'dcba'],
    [{ service: 'nobody' }, ''],
    [{ severity: 'debug,fatal' }, 'ea'],
    [{ min_severity: 'warn' }, 'edc'],
    [{ min_severity: 18 }, 'ed'],
    [{ min_severity: 'warn', severity: 'info,error' }, 'd'],
    [{ min_severity: 'fatal', severity: 'info' }, ''],
    [{ event_name: 'started' }, 'b'],
    [{ trace_id: TRACE }, 'b'],
    [{ trace_id: TRACE, span_id: SPAN, service: 'shop' }, 'b'],
    [{ span_id: '00000000000000ff' }, ''],
    [{ attr: 'code:500' }, 'ca'],
    [{ attr: ['code:500', 'route:/a'] }, 'a'],
    [{ attr: 'flag:true' }, 'c'],
    [{ attr: 'code:"500"' }, 'c'],
    [{ attr: 'flag:"true"' }, ''],
    [{ attr: '"k8s.pod:name":web-1' }, 'd'],
    [{ attr: 'k8s.pod:name:web-1' }, ''],
    [{ attr: '"resource.service.name":"billing"' }, 'fe'],
    [{ attr: 'list:[1,"x"]' }, 'c'],
    [{ attr: ['list:1', 'list:x'] }, 'c'],
    [{ attr: 'route:/a', q: 'e' }, 'e'],
    [{ attr: "route:/a' OR 1=1" }, ''],
    [{ attr: 'resource.service.name:billing' }, 'fe'],
    [{ attr: 'resource.service.name:nobody' }, ''],
    [{ instance: 'i2' }, 'fe'],
    [{ env: 'prod', min_severity: 'warn' }, 'dc'],
    [{ env: 'test' }, 'fe'],
    [{ since: iso(START + 2), until: iso(START + 4) }, 'dc'],
  ]
  for (const [given, found] of cases) expect((await bodies(hub, given)).join(''), query(given)).toBe(found)
})

test('what cannot be asked is refused by name', async () => {
  const hub = await collectorForTest()
  const cases = [
    ['severity=loud', 'severity is "loud"; it must be trace, debug, info, warn, error, fatal'],
    [
      'min_severity=25',
      'min_severity is "25"; it must be trace, debug, info, warn, error, fatal or a number',
    ],
    ['attr=code', 'attr is "code"; it must be key:value'],
    ['cursor=x', 'cursor is "x"; it must be a cursor as an earlier answer gave it'],
    ['trace_id=12', 'trace_id is "12"; it must be 32 hex digits'],
    ['limit=501', 'limit is "501"; it must be a whole number from 1 to 500'],
    ['sort=time', 'sort is not known here'],
  ] as const
  for (const [given, message] of cases) {
    const { status, body } = await hub.get(`/api/v1/logs?${given}`)
    expect([given, status, body.error]).toEqual([given, 400, 'invalid_parameter'])
    expect(body.message).toContain(message)
  }
})

test('a record is shown among what its own instance told', async () => {
  const hub = await collectorForTest({ limits: { partRows: 7 } })
  for (let n = 0; n < 20; n++) {
    await send(hub, [{ at: START + n * 1000, body: n }], { ...SHOP, 'process.pid': String(n % 2) })
    await send(hub, [{ at: START + n * 1000, body: 'noise' }], { ...SHOP, 'service.instance.id': 'i2' })
  }
  const { body: page } = await hub.get(
    `/api/v1/logs?instance=i1&since=${iso(START + 10_000)}&order=asc&limit=1`,
  )
  const context = async (given: string) =>
    (await hub.get(`/api/v1/logs/${page.data[0].id}/context${given}`)).body
  const { before, record, after } = await context('?before=3&after=2')
  const told = (records: Json[]) => records.map(({ body }) => body)
  expect([told(before), record.body, told(after)]).toEqual([[7, 8, 9], 10, [11, 12]])
  const all = await context('?before=100&after=0')
  expect([told(all.before), all.after]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], []])
  expect((await hub.get('/api/v1/logs/zzz/context')).status).toBe(404)
})

test('a token that is bound to one service reads the logs of no other', async () => {
  const hub = await collectorForTest({
    tokens: 'ingest:*:in-secret-1234567,read:shop:shop-secret-1234567,read:*:all-secret-1234567',
  })
  const as = (secret: string) => ({ authorization: `Bearer ${secret}` })
  for (const name of ['shop', 'billing']) {
    await hub.post(
      '/v1/logs',
      logsRequest({ 'service.name': name }, [{ at: START, body: name }]),
      as('in-secret-1234567'),
    )
  }
  const get = (path: string, secret = 'shop-secret-1234567') => hub.get(`/api/v1/logs${path}`, as(secret))
  const all = (await get('', 'all-secret-1234567')).body.data
  expect(all.map(({ body }: Json) => body).sort()).toEqual(['billing', 'shop'])
  expect((await get('')).body.data.map(({ body }: Json) => body)).toEqual(['shop'])
  expect((await get('/facets')).body.services).toEqual([{ value: 'shop', count: 1 }])
  expect((await get('?service=billing')).status).toBe(403)
  const foreign = all.find(({ body }: Json) => body === 'billing').id
  expect((await get(`/${foreign}`)).status).toBe(404)
  expect((await get(`/${foreign}/context`)).status).toBe(404)
})
