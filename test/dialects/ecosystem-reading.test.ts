import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test, vi } from 'vitest'
import { collectorForTest, type TestCollector } from '../../collector/src/testing/collector.ts'
import { Client } from './peers.ts'

const ID = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'
const FIRST = {
  event_id: ID,
  timestamp: '2026-01-31T12:00:00+00:00',
  source_system: 'akosha',
  event_type: 'pattern_detected',
  severity: 'warning',
  correlation_id: 'c-1',
  data: { pattern: 'loop', nested: { deep: [1, null] } },
  tags: ['a', 'b'],
}

/** A collector with an event of each door, and a client of the hooks that reads there. */
async function told(): Promise<{ hub: TestCollector; client: Client }> {
  const hub = await collectorForTest()
  const client = new Client(hub.url)
  await client.post('/events', FIRST)
  await client.post('/api/v1/messagebus/publish', {
    event_type: 'stock.item.sold',
    source_service: 'stock',
    payload: { sku: 'tea' },
    priority: 'low',
    timestamp: '2026-01-31T13:00:00',
    correlation_id: 'c-1',
  })
  await client.post('/api/v1/hub/events', {
    type: 'ErrorReported',
    source: 'shop',
    occurred_at: '2026-01-31T11:00:00Z',
    payload: { severity: 'critical', message: 'broken' },
  })
  return { hub, client }
}

const types = (body: { events: { event_type: string }[] }): string[] =>
  body.events.map((event) => event.event_type)

describe('an event', () => {
  test('is read as it was sent', async () => {
    const { client } = await told()
    const { status, body } = await client.get(`/events/${ID}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ ...FIRST, timestamp: '2026-01-31T12:00:00Z' })
    expect((await client.get('/events/none')).status).toBe(404)
  })

  test('that was given its id here is found by it, in both forms', async () => {
    const { hub, client } = await told()
    const { body: made } = await client.post('/events', { source_system: 'oneiric', event_type: 'cache_hit' })
    const { body } = await client.get(`/events/${made.event_id}`)
    expect(body).toMatchObject({
      event_id: made.event_id,
      event_type: 'cache_hit',
      severity: 'info',
      data: {},
    })
    const stored = (await hub.allEvents('&source=oneiric'))[0]
    expect((await client.get(`/events/${stored.id}`)).body).toEqual(body)
  })

  test('of any door is the same by every address', async () => {
    const { hub, client } = await told()
    const { body } = await client.get('/events?sort_by=received_at&sort_order=asc')
    const stored = await hub.allEvents()
    const seen = body.events.map((event: Record<string, unknown>) => ({
      type: event['event_type'],
      source: event['source_system'],
      occurred_at: event['timestamp'],
      payload: event['data'],
      received_at: event['received_at'],
    }))
    expect(seen).toEqual(
      stored.map(({ type, source, occurred_at, payload, received_at }) => ({
        type,
        source,
        occurred_at,
        payload,
        received_at,
      })),
    )
    expect(body.events[1]).toMatchObject({ priority: 'low' })
  })
})

describe('a list', () => {
  test('has the newest first, with what was asked', async () => {
    const { client } = await told()
    const { body } = await client.get('/events')
    expect(types(body)).toEqual(['stock.item.sold', 'pattern_detected', 'ErrorReported'])
    expect(body).toMatchObject({
      count: 3,
      has_more: false,
      query: { limit: 100, offset: 0, severity: null },
    })
    const one = await client.get('/events?limit=1&offset=1&source_system=')
    expect(types(one.body)).toEqual(['pattern_detected'])
    expect(one.body).toMatchObject({ count: 1, has_more: true, query: { limit: 1, offset: 1 } })
  })

  test('has what all that is asked for holds of, in the order that is asked for', async () => {
    const { client } = await told()
    const asked: [query: string, types: string[]][] = [
      ['source_system=akosha', ['pattern_detected']],
      ['event_type=ErrorReported', ['ErrorReported']],
      ['severity=critical', ['ErrorReported']],
      ['severity=info', ['stock.item.sold']],
      ['correlation_id=c-1', ['stock.item.sold', 'pattern_detected']],
      ['tags=a,b', ['pattern_detected']],
      ['tags=a,c', []],
      ['tags=a&tags=b', ['pattern_detected']],
      ['tags=a&tags=c', []],
      ['start_time=2026-01-31T12:00:00Z&end_time=2026-01-31T12:59:59Z', ['pattern_detected']],
      ['end_time=2026-01-31T12:00:00Z', ['pattern_detected', 'ErrorReported']],
      ['correlation_id=c-1&severity=warning', ['pattern_detected']],
      ['sort_by=severity', ['ErrorReported', 'pattern_detected', 'stock.item.sold']],
      ['sort_by=source_system&sort_order=asc', ['pattern_detected', 'ErrorReported', 'stock.item.sold']],
      ['sort_by=event_type&sort_order=asc', ['ErrorReported', 'pattern_detected', 'stock.item.sold']],
      ['sort_order=asc&limit=2', ['ErrorReported', 'pattern_detected']],
    ]
    for (const [query, expected] of asked) {
      expect([query, types((await client.get(`/events?${query}`)).body)]).toEqual([query, expected])
    }
  })

  test('goes through many parts by time, page by page', async () => {
    const hub = await collectorForTest({ limits: { partRows: 10 } })
    const at = (n: number) => new Date(Date.UTC(2026, 0, 31) + ((n * 37) % 100) * 1000).toISOString()
    for (let part = 0; part < 10; part++) {
      const events = Array.from({ length: 10 }, (_, n) => ({
        ...FIRST,
        event_id: `e-${part}-${n}`,
        timestamp: at(part * 10 + n),
      }))
      await hub.post('/events/batch', events)
    }
    const times: string[] = []
    for (let offset = 0; offset < 100; offset += 30) {
      const { body } = await hub.get(`/events?limit=30&offset=${offset}`)
      times.push(...body.events.map((event: { timestamp: string }) => event.timestamp))
    }
    expect(times).toEqual(
      Array.from({ length: 100 }, (_, n) => at(n))
        .toSorted()
        .toReversed(),
    )
  })

  test('refuses what it does not take, and names it', async () => {
    const { client } = await told()
    const asked = [
      ['limit=0', 'limit'],
      ['limit=1001', 'limit'],
      ['severity=loud', 'severity'],
      ['sort_by=data', 'sort_by'],
      ['start_time=yesterday', 'start_time'],
      ['colour=red', 'colour'],
    ] as const
    for (const [query, name] of asked) {
      const { status, body } = await client.get(`/events?${query}`)
      expect([query, status, body.error]).toEqual([query, 400, 'invalid_parameter'])
      expect(body.message).toMatch(new RegExp(`^${name} `))
    }
    const { body } = await client.get('/events/')
    expect(body.message).toBe('id is not given; it must be given')
  })
})

test('a correlation is told from its beginning', async () => {
  const { client } = await told()
  const { body } = await client.get('/events/correlation/c-1')
  expect(body).toMatchObject({ correlation_id: 'c-1', count: 2 })
  expect(types(body)).toEqual(['pattern_detected', 'stock.item.sold'])
  expect((await client.get('/events/correlation/none')).body).toMatchObject({ events: [], count: 0 })
})

test('statistics count what there is, and again when there is more', async () => {
  const { client } = await told()
  expect((await client.get('/events/stats')).body).toEqual({
    total_events: 3,
    by_source_system: { akosha: 1, stock: 1, shop: 1 },
    by_event_type: { pattern_detected: 1, 'stock.item.sold': 1, ErrorReported: 1 },
    by_severity: { warning: 1, info: 1, critical: 1 },
    time_range: { start_time: '2026-01-31T11:00:00.000Z', end_time: '2026-01-31T13:00:00.000Z' },
    complete: true,
  })
  await client.post('/events', { ...FIRST, event_id: 'e-2', timestamp: '2026-01-31T14:00:00Z' })
  const { body } = await client.get('/events/stats?start_time=2026-01-31T12:00:00Z')
  expect(body).toMatchObject({
    total_events: 3,
    by_source_system: { akosha: 2, stock: 1 },
    by_severity: { warning: 2, info: 1 },
    time_range: { start_time: '2026-01-31T12:00:00.000Z', end_time: '2026-01-31T14:00:00.000Z' },
  })
  const none = await client.get('/events/stats?end_time=2020-01-01')
  expect(none.body).toMatchObject({ total_events: 0, by_severity: {}, time_range: { start_time: null } })
})

test('what was counted ahead is what is counted when asked: for ranges, late events and one source', async () => {
  const tokens = 'ingest:*:all-in,read:*:all-out,read:akosha:akosha-out'
  const hub = await collectorForTest({ tokens, limits: { partRows: 10 } })
  const send = (index: number, more: object = {}) => ({
    ...FIRST,
    event_id: `e-${index}`,
    timestamp: new Date(Date.parse(FIRST.timestamp) + index * 60_000).toISOString(),
    source_system: index % 3 === 0 ? 'akosha' : 'oneiric',
    severity: index % 2 === 0 ? 'error' : 'warning',
    ...more,
  })
  const writer = { authorization: 'Bearer all-in' }
  for (let index = 0; index < 45; index++) await hub.post('/events', send(index), writer)
  await vi.waitFor(() => expect(countedParts(hub)).toBe(4), 15_000)
  // Its id is from the time of the first part, which is counted already.
  const late = { event_id: '01KG0000000000000000000000', event_type: 'insight_generated' }
  await hub.post('/events', send(0, late), writer)

  const all = new Client(hub.url, { authorization: 'Bearer all-out' })
  expect((await all.get('/events/stats')).body).toEqual({
    total_events: 46,
    by_source_system: { akosha: 16, oneiric: 30 },
    by_event_type: { pattern_detected: 45, insight_generated: 1 },
    by_severity: { error: 24, warning: 22 },
    time_range: { start_time: '2026-01-31T12:00:00.000Z', end_time: '2026-01-31T12:44:00.000Z' },
    complete: true,
  })
  const range = 'start_time=2026-01-31T12:05:00Z&end_time=2026-01-31T12:34:00Z'
  expect((await all.get(`/events/stats?${range}`)).body).toMatchObject({
    total_events: 30,
    by_source_system: { akosha: 10, oneiric: 20 },
  })
  const akosha = new Client(hub.url, { authorization: 'Bearer akosha-out' })
  expect((await akosha.get('/events/stats')).body).toMatchObject({
    total_events: 16,
    by_source_system: { akosha: 16 },
    by_severity: { error: 9, warning: 7 },
  })
})

/** Sealed parts whose events are counted. */
function countedParts({ collector }: TestCollector): number {
  const catalog = new DatabaseSync(join(collector.dataDir, 'catalog.db'), { readOnly: true })
  const { n } = catalog.prepare('SELECT count(*) AS n FROM part_event_counts').get() as { n: number }
  catalog.close()
  return n
}

test('a token that is bound to a source reads that source alone', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:*:all-in,read:akosha:akosha-out' })
  await hub.post('/events', FIRST, { authorization: 'Bearer all-in' })
  const other = { ...FIRST, event_id: 'o-1', source_system: 'oneiric', event_type: 'cache_hit' }
  await hub.post('/events', other, { authorization: 'Bearer all-in' })
  const client = new Client(hub.url, { authorization: 'Bearer akosha-out' })
  expect(types((await client.get('/events')).body)).toEqual(['pattern_detected'])
  expect((await client.get('/events?source_system=oneiric')).body.error).toBe('source_mismatch')
  expect((await client.get('/events/o-1')).status).toBe(404)
  expect((await client.get('/events/correlation/c-1')).body.count).toBe(1)
  expect((await client.get('/events/stats')).body.by_source_system).toEqual({ akosha: 1 })
  expect((await hub.get('/events')).status).toBe(401)
})
