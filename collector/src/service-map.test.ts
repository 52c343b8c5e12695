import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { collectorForTest, dataDirectory, type Json, type TestCollector } from './testing/collector.ts'
import { exportOf, type SpanInput } from './testing/spans.ts'

async function send(hub: TestCollector, ...spans: SpanInput[]): Promise<void> {
  expect((await hub.post('/v1/traces', exportOf(...spans))).status).toBe(200)
}

const map = async (hub: TestCollector, query = ''): Promise<Json> =>
  (await hub.get(`/api/v1/service-map${query}`)).body
const edges = async (hub: TestCollector) =>
  (await map(hub)).edges
    .map(({ caller, callee, via, calls }: Json) => [caller, callee, via, calls])
    .toSorted()

const CALL: SpanInput[] = [
  { service: 'shop', id: 1, kind: 'server', ms: 40 },
  { service: 'shop', id: 2, parent: 1, kind: 'client', attributes: { 'server.address': 'billing.internal' } },
  { service: 'billing', id: 3, parent: 2, kind: 'server', ms: 20, status: 'error' },
]

test('a call between services is an edge, whichever of its spans comes first', async () => {
  for (const order of [CALL, CALL.toReversed(), [CALL[1]!, CALL[2]!, CALL[0]!]]) {
    const hub = await collectorForTest()
    for (const span of order) await send(hub, span)
    const { nodes, edges } = await map(hub)
    expect(nodes).toMatchObject([
      { id: 'billing', type: 'service', calls: 1, errors: 1 },
      { id: 'shop', type: 'service', calls: 1, errors: 0 },
    ])
    expect(edges).toMatchObject([{ caller: 'shop', callee: 'billing', via: 'call', calls: 1, errors: 1 }])
    expect(edges[0].p95_ms).toBeGreaterThan(19)
    expect(edges[0].p95_ms).toBeLessThan(21)
  }
})

test('a service that makes no client spans still calls', async () => {
  const hub = await collectorForTest()
  await send(
    hub,
    { service: 'shop', id: 1, kind: 'server' },
    { service: 'billing', id: 2, parent: 1, kind: 'server' },
  )
  expect(await edges(hub)).toEqual([['shop', 'billing', 'call', 1]])
  // Both sides of a call may have the same span id, in whichever order they come.
  const client: SpanInput = { service: 'shop', trace: 2, id: 12, parent: 11, kind: 'client' }
  const server: SpanInput = { service: 'billing', trace: 2, id: 12, parent: 11, kind: 'server' }
  await send(hub, { service: 'shop', trace: 2, id: 11, kind: 'server' }, client, server, server)
  const root: SpanInput = { service: 'shop', trace: 3, id: 11, kind: 'server' }
  await send(hub, { ...server, trace: 3 }, { ...client, trace: 3 }, { ...server, trace: 3 }, root)
  expect(await edges(hub)).toEqual([['shop', 'billing', 'call', 3]])
})

test('databases, queues and hosts that send no spans are nodes by what is said of them', async () => {
  const hub = await collectorForTest()
  const queue = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' }
  await send(
    hub,
    { service: 'shop', id: 1, kind: 'server' },
    {
      service: 'shop',
      id: 2,
      parent: 1,
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': 'shop' },
    },
    { service: 'shop', id: 3, parent: 1, kind: 'client', attributes: { 'server.address': 'api.example' } },
    { service: 'shop', id: 4, parent: 1, kind: 'producer', attributes: queue },
    { service: 'mail', id: 5, parent: 4, kind: 'consumer', attributes: queue },
  )
  expect(await edges(hub)).toEqual([
    ['messaging:kafka/orders', 'mail', 'call', 1],
    ['shop', 'database:postgresql/shop', 'call', 1],
    ['shop', 'external:api.example', 'call', 1],
    ['shop', 'mail', 'queue', 1],
    ['shop', 'messaging:kafka/orders', 'call', 1],
  ])
})

test('what took messages is joined by its links with those who sent them', async () => {
  for (const consumerFirst of [true, false]) {
    const hub = await collectorForTest()
    const queue = { 'messaging.system': 'kafka' }
    const links = [
      { trace: 1, id: 1 },
      { trace: 2, id: 2 },
    ]
    const spans: SpanInput[] = [
      { service: 'mail', trace: 3, id: 3, kind: 'consumer', attributes: queue, links },
      { service: 'shop', trace: 1, id: 1, kind: 'producer', attributes: queue },
      { service: 'billing', trace: 2, id: 2, kind: 'producer', attributes: queue },
    ]
    for (const span of consumerFirst ? spans : spans.toReversed()) await send(hub, span)
    expect((await edges(hub)).filter(([, , via]: string[]) => via === 'queue')).toEqual([
      ['billing', 'mail', 'queue', 1],
      ['shop', 'mail', 'queue', 1],
    ])
  }
})

test('a span that is sent again is counted once, over a restart too', async () => {
  const data = await dataDirectory()
  const first = await collectorForTest({ data })
  await send(first, ...CALL.slice(0, 2))
  await send(first, ...CALL.slice(0, 2))
  await first.collector.close()
  const second = await collectorForTest({ data })
  await send(second, ...CALL)
  await send(second, ...CALL)
  expect(await edges(second)).toEqual([['shop', 'billing', 'call', 1]])
  const { counts } = (await second.get('/api/v1/services/shop')).body
  expect(counts).toMatchObject({ spans: 2 })
})

test('a map of an earlier time has only the calls of then', async () => {
  const hub = await collectorForTest()
  const before = Date.now() - 5 * 3_600_000
  await send(
    hub,
    { service: 'old', id: 1, kind: 'server', start: before },
    { service: 'new', id: 2, kind: 'server' },
  )
  const ids = async (query: string) => (await map(hub, query)).nodes.map(({ id }: Json) => id)
  const at = (ms: number) => new Date(ms).toISOString()
  expect(await ids('')).toEqual(['new'])
  expect(await ids(`?until=${at(before + 60_000)}`)).toEqual(['old'])
  expect(await ids(`?since=${at(before - 86_400_000)}`)).toEqual(['new', 'old'])
})

test('a map is drawn, with names that cannot become markup', async () => {
  const hub = await collectorForTest()
  await send(
    hub,
    { service: 'a"]; click <b>`', id: 1, kind: 'server' },
    { service: 'b', id: 2, parent: 1, kind: 'server' },
  )
  const { headers, body } = await hub.get('/api/v1/service-map?format=mermaid')
  expect(headers.get('content-type')).toContain('text/plain')
  expect(body).toMatch(
    /^flowchart LR\n {2}n0\["a#34;#93;#59; click #60;b#62;#96;"\]\n {2}n1\["b"\]\n {2}n0 -->\|"1 calls, p95 /,
  )
})

test('a service tells the rate, errors and durations of its requests, minute by minute', async () => {
  const hub = await collectorForTest()
  const start = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
  for (let n = 0; n < 100; n++) {
    const at = start + (n % 2) * 60_000
    await send(hub, {
      service: 'shop',
      id: n + 1,
      kind: 'server',
      ms: n + 1,
      status: n % 10 === 0 ? 'error' : 'ok',
      start: at,
    })
  }
  const range = `since=${new Date(start).toISOString()}&until=${new Date(start + 180_000).toISOString()}`
  const { body } = await hub.get(`/api/v1/services/shop/requests?${range}&step=1m`)
  expect(body).toMatchObject({ service: 'shop', step_s: 60 })
  expect(body.data).toMatchObject([
    { calls: 50, errors: 10, error_ratio: 0.2, calls_per_second: 50 / 60 },
    { calls: 50, errors: 0, error_ratio: 0 },
    { calls: 0, errors: 0, p50_ms: null },
  ])
  expect(Math.abs(body.data[0].p50_ms / 49 - 1)).toBeLessThan(0.06)
  expect(Math.abs(body.data[0].p99_ms / 99 - 1)).toBeLessThan(0.06)
  expect((await hub.get('/api/v1/services/nobody/requests')).status).toBe(404)
})

test('what a map or a series cannot be made of is refused', async () => {
  const hub = await collectorForTest()
  const cases = [
    ['/api/v1/service-map?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z', 'since'],
    ['/api/v1/service-map?format=svg', 'format'],
    ['/api/v1/services/shop/requests?step=10s', 'step'],
    ['/api/v1/services/shop/requests?step=1m&since=2026-01-01T00:00:00Z', 'step'],
  ]
  for (const [path, name] of cases) {
    const { status, body } = await hub.get(path!)
    expect([status, body.error]).toEqual([400, 'invalid_parameter'])
    expect(body.message).toContain(name)
  }
})

test('calls that a crash kept from the catalog are counted when the store is opened again', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  await send(hub, ...CALL)
  await hub.collector.close()
  const catalog = new DatabaseSync(`${data}/catalog.db`)
  catalog.exec(
    "DELETE FROM call_rates; DELETE FROM call_paths; UPDATE watermarks SET seq = 0 WHERE signal = 'spans'",
  )
  catalog.close()
  const again = await collectorForTest({ data })
  expect(await edges(again)).toEqual([['shop', 'billing', 'call', 1]])
})
