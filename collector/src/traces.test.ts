import { expect, test } from 'vitest'
import { collectorForTest, type Json, type TestCollector } from './testing/collector.ts'
import { storeForTest } from './testing/store.ts'
import { exportOf, sendSpans, type SpanInput } from './testing/spans.ts'

const START = Date.UTC(2026, 0, 31, 12)

/** The numbers of the traces of a page. */
async function found(hub: TestCollector, query: string, headers = {}): Promise<number[]> {
  const { status, body } = await hub.get(`/api/v1/traces?${query}`, headers)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.data.map((trace: Json) => Number(`0x${trace.trace_id}`))
}

const TRACES: SpanInput[] = [
  {
    service: 'shop',
    trace: 1,
    id: 1,
    name: 'GET /orders/:id',
    kind: 'server',
    ms: 50,
    attributes: { 'http.response.status_code': 200, paid: true, 'k8s.pod:name': 'web-1', 'a"b:c': 'x:y' },
  },
  {
    service: 'shop',
    trace: 2,
    id: 2,
    name: 'POST /orders',
    kind: 'server',
    ms: 900,
    status: 'error',
    attributes: { 'http.response.status_code': 500, user: 'ada' },
  },
  {
    service: 'billing',
    trace: 3,
    id: 3,
    name: 'charge',
    ms: 200,
    status: 'ok',
    attributes: { user: 'ada', amount: 9.5, code: '200' },
  },
  {
    service: 'billing',
    trace: 3,
    id: 4,
    parent: 3,
    name: 'query',
    kind: 'client',
    ms: 100,
    resource: { 'host.name': 'db1' },
  },
].map((span, index) => ({ ...span, start: START + index * 1000 }) as SpanInput)

const CASES: [query: string, traces: number[]][] = [
  ['', [3, 2, 1]],
  ['service=shop', [2, 1]],
  ['service=nobody', []],
  ['operation=charge', [3]],
  ['operation=POST /orders', [2]],
  ['operation=/orders/:id', [1]],
  ['kind=server', [2, 1]],
  ['status=error', [2]],
  ['status=ok', [3]],
  ['status=unset', [3, 1]],
  ['min_duration=150ms', [3, 2]],
  ['min_duration=60&max_duration=150ms', [3]],
  ['attr=user:ada', [3, 2]],
  ['attr=user:ada&attr=amount:9.5', [3]],
  ['attr=user:ada&service=shop', [2]],
  ['attr=http.response.status_code:200', [1]],
  ['attr=code:200', [3]],
  ['attr=http.response.status_code:"200"', []],
  ['attr=paid:true', [1]],
  ['attr=paid:"true"', []],
  ['attr=host.name:db1', [3]],
  ['attr=user:ad', []],
  ['attr="user":ada', [3, 2]],
  ['attr="k8s.pod:name":web-1', [1]],
  ['attr="a\\"b:c":x:y', [1]],
  ['attr=k8s.pod:name:web-1', []],
  // Both must hold for one span.
  ['attr=user:ada&attr=host.name:db1', []],
  [`since=${new Date(START + 1000).toISOString()}`, [3, 2]],
  [`until=${new Date(START + 1000).toISOString()}`, [1]],
  ['order=longest', [2, 3, 1]],
  ['order=longest&limit=1', [2]],
]

test('traces are found by what one of their spans is like, in open and in sealed parts', async () => {
  for (const partRows of [1000, 1]) {
    const hub = await collectorForTest({ limits: { partRows } })
    for (const span of TRACES) await sendSpans(hub, span)
    for (const [query, traces] of CASES) expect(await found(hub, query), query).toEqual(traces)
  }
})

test('pages show every trace once, also one whose spans lie far apart', async () => {
  const hub = await collectorForTest({ limits: { partRows: 4 } })
  for (let round = 0; round < 3; round++) {
    for (let trace = 1; trace <= 8; trace++) {
      await sendSpans(hub, {
        service: 'shop',
        trace,
        id: round * 100 + trace,
        start: START + trace * 1000 + round,
      })
    }
  }
  const seen: number[] = []
  let query = 'limit=3'
  for (let pages = 0; pages < 10; pages++) {
    const { body } = await hub.get(`/api/v1/traces?${query}`)
    for (const trace of body.data) {
      seen.push(Number(`0x${trace.trace_id}`))
      expect(trace.spans).toBe(3)
    }
    if (!body.has_more) break
    query = `limit=3&cursor=${body.next_cursor}`
  }
  expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
})

test('pickers tell what a service does and which attributes there are', async () => {
  const hub = await collectorForTest({ limits: { partRows: 3 } })
  for (const span of TRACES) await sendSpans(hub, span)
  expect((await hub.get('/api/v1/services/billing/operations')).body.data.toSorted(byName)).toEqual([
    { name: 'charge', kind: 'internal', spans: 1, errors: 0 },
    { name: 'query', kind: 'client', spans: 1, errors: 0 },
  ])
  expect((await hub.get('/api/v1/services/nobody/operations')).status).toBe(404)
  const { body } = await hub.get('/api/v1/traces/attributes')
  expect(body.data.map(({ key, of }: Json) => `${of} ${key}`)).toEqual([
    'span a"b:c',
    'span amount',
    'span code',
    'resource host.name',
    'span http.response.status_code',
    'span k8s.pod:name',
    'span paid',
    'resource service.name',
    'span user',
  ])
  expect(body.data.find(({ key }: Json) => key === 'http.response.status_code')).toEqual({
    key: 'http.response.status_code',
    of: 'span',
    types: ['number'],
    spans: 2,
    examples: ['500', '200'],
  })
})

const byName = (a: Json, b: Json) => (a.name < b.name ? -1 : 1)

test('what cannot be searched for is refused by name', async () => {
  const hub = await collectorForTest()
  const cases: [string, string][] = [
    ['attr=user', 'attr'],
    ['attr=:ada', 'attr'],
    ['attr="user"ada', 'attr'],
    [`attr="us\\qer":ada`, 'attr'],
    ['status=bad', 'status'],
    ['kind=queue', 'kind'],
    ['min_duration=soon', 'min_duration'],
    ['min_duration=2s&max_duration=1s', 'min_duration'],
    ['order=oldest', 'order'],
    ['cursor=xyz', 'cursor'],
    ['limit=0', 'limit'],
    ['nonsense=1', 'nonsense'],
  ]
  for (const [query, name] of cases) {
    const { status, body } = await hub.get(`/api/v1/traces?${query}`)
    expect([status, body.error], query).toEqual([400, 'invalid_parameter'])
    expect(body.message).toContain(name)
  }
})

test('values that look like SQL or patterns are only values', async () => {
  const hub = await collectorForTest()
  const odd = `'; DROP TABLE spans; --%_"*`
  await sendSpans(
    hub,
    { service: odd, name: odd, id: 1, start: START, attributes: { [odd]: odd } },
    { service: 'b', trace: 2, id: 2, start: START },
  )
  const text = encodeURIComponent(odd)
  expect(await found(hub, `service=${text}&operation=${text}`)).toEqual([1])
  expect(await found(hub, `attr=${encodeURIComponent(`${odd.replaceAll(':', '')}:${odd}`)}`)).toEqual([1])
  expect(await found(hub, 'operation=%25')).toEqual([])
  expect((await found(hub, '')).toSorted()).toEqual([1, 2])
})

test('a search whose time is over goes on where it ended, and says how far it came', async () => {
  const store = await storeForTest({ partRows: 5, clock: () => START })
  for (let trace = 1; trace <= 30; trace++) {
    const attributes = { user: trace % 10 === 0 ? 'ada' : 'bob' }
    const body = new TextEncoder().encode(
      JSON.stringify(exportOf({ service: 'shop', trace, id: trace, start: START, attributes })),
    )
    await store.ingestOtlp({
      signal: 'traces',
      encoding: 'json',
      body,
      source: null,
      receivedAt: START + trace,
    })
  }
  for (const order of ['newest', 'longest'] as const) {
    const search = { order, limit: 50, scanMs: 0, attributes: [{ key: 'user', values: ['ada'] }] }
    const seen: number[] = []
    let pages = 0
    let until = Infinity
    for (let cursor: string | undefined; ; pages++) {
      const page = await store.traces({ ...search, cursor })
      for (const { trace_id } of page.traces) seen.push(Number(`0x${trace_id}`))
      if (!page.hasMore) break
      expect(Date.parse(page.searchedUntil!)).toBeLessThanOrEqual(until)
      until = Date.parse(page.searchedUntil!)
      cursor = page.next!
    }
    expect(seen).toEqual([30, 20, 10])
    expect(pages).toBeGreaterThan(2)
  }
})

test('times and durations beyond all spans are no error', async () => {
  const hub = await collectorForTest()
  await sendSpans(hub, { service: 'shop', id: 1, start: START })
  expect(await found(hub, 'until=9999-12-31')).toEqual([1])
  expect(await found(hub, 'since=9999-12-31')).toEqual([])
  expect(await found(hub, 'min_duration=999999999d')).toEqual([])
  const far = 'since=1970-01-01&until=9999-12-31&buckets=1'
  expect((await hub.get(`/api/v1/traces/stats?${far}`)).body).toMatchObject({
    count: 1,
    buckets: [{ count: 1 }],
  })
  for (const path of ['/api/v1/service-map?', '/api/v1/services/shop/requests?step=50000000d&']) {
    expect((await hub.get(`${path}since=1970-01-01&until=9999-12-31`)).status).toBe(200)
  }
})
