import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { collectorForTest, type Json, type TestCollector } from './testing/collector.ts'
import { logsRequest, type LogInput } from './testing/otlp-json.ts'

const START = Date.UTC(2026, 0, 31, 12)
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const SHOP = { 'service.name': 'shop', 'service.instance.id': 'i1', 'deployment.environment.name': 'prod' }

async function send(hub: TestCollector, records: LogInput[], resource: Record<string, string> = SHOP) {
  const { status, body } = await hub.post('/v1/logs', logsRequest(resource, records))
  expect([status, body]).toEqual([200, {}])
}

const query = (parameters: Record<string, string | number | string[]>) =>
  new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  ).toString()

const iso = (ms: number) => new Date(ms).toISOString()

/** Bodies of what a search finds, page by page. */
async function bodies(hub: TestCollector, parameters: Parameters<typeof query>[0] = {}): Promise<Json[]> {
  const found: Json[] = []
  for (let cursor = ''; ;) {
    const { status, body } = await hub.get(`/api/v1/logs?${query({ ...parameters, cursor })}`)
    expect(status, JSON.stringify(body)).toBe(200)
    found.push(...body.data.map((record: Json) => record.body))
    if (!body.has_more) return found
    cursor = body.next_cursor
  }
}

/** Waits until every sealed part of logs has its words indexed. */
async function indexed(hub: TestCollector): Promise<void> {
  await vi.waitFor(() => {
    const catalog = new DatabaseSync(join(hub.collector.dataDir, 'catalog.db'), { readOnly: true })
    const { n } = catalog
      .prepare(
        `SELECT count(*) AS n FROM parts WHERE signal = 'logs' AND sealed = 1
          AND id > coalesce((SELECT seq FROM watermarks WHERE signal = 'logs_text'), 0)`,
      )
      .get() as { n: number }
    catalog.close()
    expect(n).toBe(0)
  })
}

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

const TEXTS: [q: string, found: string[]][] = [
  ['timeout', ['upstream', 'attribute', 'event']],
  ['TIMEOUT upstream', ['upstream']],
  ['"connection refused"', ['refused']],
  ['"refused connection"', []],
  ['refused -connection', ['word']],
  ['-timeout -refused', ['accent', 'plain', 'nested', 'odd']],
  ['pay*', ['plain']],
  ['"took 12*"', ['plain']],
  ['order_42', ['plain']],
  ['cafe', ['accent']],
  ['CAFÉ', ['accent']],
  ['deep', ['nested']],
  ['"NEAR(a b)" OR', []],
  ['or', ['odd']],
  ['body:or', []],
  ['{odd} ^or', ['odd']],
  ['"unclosed timeout', []],
  ["o'neil", ['odd']],
]

test('words, phrases, beginnings and what must not be there are searched alike with an index and without one', async () => {
  const hub = await collectorForTest({ limits: { partRows: 9 } })
  const records: LogInput[] = [
    { at: START, body: 'upstream timeout', attributes: { key: 'upstream' } },
    { at: START, body: 'failed', attributes: { key: 'attribute', why: 'a Timeout of 5s' } },
    { at: START, body: '', eventName: 'job.timeout', attributes: { key: 'event' } },
    { at: START, body: 'connect: Connection refused!', attributes: { key: 'refused' } },
    { at: START, body: 'it was refused', attributes: { key: 'word' } },
    { at: START, body: 'Café au lait', attributes: { key: 'accent' } },
    { at: START, body: 'payment of order_42 took 1234 ms', attributes: { key: 'plain' } },
    { at: START, body: { a: { b: ['very deep'] } }, attributes: { key: 'nested' } },
    { at: START, body: "odd or {even} ^ o'neil", attributes: { key: 'odd' } },
  ]
  const keys = async (q: string) => {
    const { status, body } = await hub.get(`/api/v1/logs?${query({ q, order: 'asc' })}`)
    expect(status, q).toBe(200)
    return body.data.map(({ attributes }: Json) => attributes.key)
  }
  await send(hub, records)
  for (const [q, found] of TEXTS) expect(await keys(q), q).toEqual(found)
  await send(hub, records)
  await indexed(hub)
  for (const [q, found] of TEXTS) expect(await keys(q), q).toEqual([...found, ...found])
})

test('a part that is still open is searched by what is indexed of it and by reading the rest', async () => {
  const hub = await collectorForTest()
  const batch = (first: number) =>
    Array.from({ length: 500 }, (_, n) => ({
      at: START + first + n,
      body: `line ${first + n}${n % 250 === 7 ? ' lucky' : ''}`,
    }))
  for (let first = 0; first < 2500; first += 500) await send(hub, batch(first))
  await vi.waitFor(() => {
    const part = new DatabaseSync(join(hub.collector.dataDir, 'logs/1.db'), { readOnly: true })
    const found = part.prepare("SELECT 1 FROM sqlite_master WHERE name = 'logs_text_until'").get()
    const until = found && part.prepare('SELECT max(seq) AS seq FROM logs_text_until').get()
    part.close()
    expect(until?.['seq']).toBeGreaterThan(0)
  })
  await send(hub, batch(2500))
  const lucky = Array.from({ length: 12 }, (_, n) => `line ${n * 250 + 7} lucky`)
  expect(await bodies(hub, { q: 'lucky', order: 'asc', limit: 5 })).toEqual(lucky)
  expect(await bodies(hub, { q: 'lucky -257 -2757', order: 'asc' })).toEqual(
    lucky.filter((_, n) => n !== 1 && n !== 11),
  )
  expect((await hub.get('/api/v1/logs/facets?q=line')).body.total).toBe(3000)
})

test.each(['*', '"', '""', '-', '( ) ^ :', '!!!', 'x '.repeat(21), 'x'.repeat(501)])(
  'a search without a word, or with too many, is refused: %s',
  async (q) => {
    const hub = await collectorForTest()
    const { status, body } = await hub.get(`/api/v1/logs?${query({ q })}`)
    expect([status, body.error]).toEqual([400, 'invalid_parameter'])
    expect(body.message).toMatch(/^q is ".*it must be/s)
  },
)

test('filters narrow by everything that a record says, together', async () => {
  const hub = await collectorForTest({ limits: { partRows: 4 } })
  const other = { 'service.name': 'billing', 'service.instance.id': 'i2', 'deployment.environment': 'test' }
  await send(hub, [
    { at: START, body: 'a', severity: 5, attributes: { code: 500, route: '/a' } },
    { at: START + 1, body: 'b', severity: 9, eventName: 'started', traceId: TRACE, spanId: SPAN },
    { at: START + 2, body: 'c', severity: 13, attributes: { code: '500', flag: true, list: [1, 'x'] } },
    { at: START + 3, body: 'd', severity: 18, attributes: { coded: 500 } },
  ])
  await send(
    hub,
    [
      { at: START + 4, body: 'e', severity: 21, attributes: { route: '/a' } },
      { at: START + 5, body: 'f' },
    ],
    other,
  )
  const cases: [Parameters<typeof query>[0], string][] = [
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

test.each([
  ['severity=loud', 'severity is "loud"; it must be trace, debug, info, warn, error, fatal'],
  ['min_severity=25', 'min_severity is "25"; it must be trace, debug, info, warn, error, fatal or a number'],
  ['attr=code', 'attr is "code"; it must be key:value'],
  ['cursor=x', 'cursor is "x"; it must be a cursor as an earlier answer gave it'],
  ['trace_id=12', 'trace_id is "12"; it must be 32 hex digits'],
  ['limit=501', 'limit is "501"; it must be a whole number from 1 to 500'],
  ['sort=time', 'sort is not known here'],
])('%s is refused by name', async (given, message) => {
  const hub = await collectorForTest()
  const { status, body } = await hub.get(`/api/v1/logs?${given}`)
  expect([status, body.error]).toEqual([400, 'invalid_parameter'])
  expect(body.message).toContain(message)
})

test('facets and the histogram count what the list finds', async () => {
  const hub = await collectorForTest({ limits: { partRows: 10 } })
  const records = Array.from({ length: 45 }, (_, n) => ({
    at: START + n * 1000,
    body: n % 3 === 0 ? 'third' : 'other',
    severity: n % 2 === 0 ? 9 : 17,
    attributes: { route: `/${n % 4}`, ...(n % 5 === 0 && { rare: 'x' }) },
    ...(n % 9 === 0 && { eventName: 'ninth' }),
  }))
  for (let at = 0; at < 45; at += 9)
    await send(hub, records.slice(at, at + 9), { 'service.name': at < 18 ? 'a' : 'b' })
  await indexed(hub)
  const facets = async (given: string) => (await hub.get(`/api/v1/logs/facets?${given}`)).body
  expect(await facets('facet=route')).toEqual({
    total: 45,
    services: [
      { value: 'b', count: 27 },
      { value: 'a', count: 18 },
    ],
    severities: [
      { value: 'info', count: 23 },
      { value: 'error', count: 22 },
    ],
    event_names: [{ value: 'ninth', count: 5 }],
    attribute: {
      key: 'route',
      values: [
        { value: '/0', count: 12 },
        { value: '/1', count: 11 },
        { value: '/2', count: 11 },
        { value: '/3', count: 11 },
      ],
      without_it: 0,
    },
    cut: false,
  })
  const narrow = await facets('q=third&service=b&facet=rare&top=1')
  expect(narrow).toMatchObject({
    total: 9,
    attribute: { key: 'rare', values: [{ value: 'x', count: 1 }], without_it: 8 },
  })
  expect((await facets('attr=route:/1')).total).toBe(11)

  const range = `since=${iso(START)}&until=${iso(START + 45_000)}`
  const { body } = await hub.get(`/api/v1/logs/histogram?${range}&step=10s&q=third`)
  expect(body).toEqual({
    step_ms: 10_000,
    data: [4, 3, 3, 4, 1].map((total, n) => ({
      start: iso(START + n * 10_000),
      total,
      severities: [
        { info: 2, error: 2 },
        { info: 2, error: 1 },
        { info: 1, error: 2 },
        { info: 2, error: 2 },
        { info: 1 },
      ][n],
    })),
    cut: false,
  })
  const wrong = await hub.get(`/api/v1/logs/histogram?since=${iso(START)}&until=${iso(START)}`)
  expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_parameter'])
  expect((await hub.get(`/api/v1/logs/histogram?since=2000-01-01&step=1s`)).body.message).toContain(
    '2000 steps',
  )
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
