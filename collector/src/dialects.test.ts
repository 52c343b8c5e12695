import { readFile } from 'node:fs/promises'
import { isUlid, toEcosystem, toHub, toMesh } from '@hubline/core/wire'
import { describe, expect, test } from 'vitest'
import { everyEvent } from '../../packages/core/src/wire/dialects/events.fixture.ts'
import { collectorForTest, type Json } from './testing/collector.ts'

const PUBLISH = '/api/v1/messagebus/publish'
const TOKENS = 'ingest:shop:shop-in,ingest:*:any-in,read:*:all-out'

/** An event that was read back, without what the collector adds. */
function bare({ received_at: _received, cursor: _cursor, ...event }: Json): Json {
  return event
}

describe('what a client of ours says', () => {
  test('to the event bus is stored as it was made, once', async () => {
    const hub = await collectorForTest()
    const events = everyEvent()
    for (const event of [...events, events[0]!]) {
      const { status, body } = await hub.post(PUBLISH, toMesh(event))
      const { event_type } = toMesh(event) as { event_type: string }
      expect([status, body.event_type, body.exchange]).toEqual([200, event_type, 'ose.events'])
    }
    expect((await hub.allEvents()).map(bare)).toEqual(events)
  })

  test('to the event hooks is stored as it was made, once', async () => {
    const hub = await collectorForTest()
    const events = everyEvent()
    const said = events.map(toEcosystem) as { event_id: string }[]
    const batch = await hub.post('/events/batch', said)
    expect([batch.status, batch.body]).toEqual([
      201,
      { collected: events.length, failed: 0, status: 'batch_completed' },
    ])
    for (const [index, one] of said.entries()) {
      if (index % 10 > 0) continue
      const again = await hub.post('/events', one)
      expect([again.status, again.body]).toEqual([201, { event_id: one.event_id, status: 'collected' }])
    }
    expect((await hub.allEvents()).map(bare)).toEqual(events)
    expect((await hub.get('/api/v1/stats')).body.since_start.duplicates).toBe(Math.ceil(events.length / 10))
  })

  test('to the original hub is stored as it was made, once', async () => {
    const hub = await collectorForTest()
    const events = everyEvent()
    for (const event of [...events, events[0]!]) {
      const { status, body } = await hub.events(toHub(event))
      expect([status, body.id, body.type]).toEqual([201, event.id, event.type])
    }
    expect((await hub.allEvents()).map(bare)).toEqual(events)
  })
})

describe('the event bus', () => {
  const published = {
    event_type: 'stock.item.sold',
    source_service: 'stock',
    payload: { sku: 'tea', left: 3 },
    priority: 'critical',
    timestamp: '2026-01-31T12:00:00.123456',
    correlation_id: 'c-1',
    metadata: { page: 3 },
  }

  test('takes what anybody publishes and keeps its fields', async () => {
    const hub = await collectorForTest()
    const { status, body } = await hub.post(PUBLISH, published)
    expect(status).toBe(200)
    expect(body).toEqual({
      message: expect.any(String),
      event_type: 'stock.item.sold',
      exchange: 'ose.events',
      routing_key: 'stock.item.sold',
    })
    const [stored] = await hub.allEvents()
    expect(isUlid(stored.id)).toBe(true)
    expect(stored).toMatchObject({
      type: 'stock.item.sold',
      source: 'stock',
      occurred_at: '2026-01-31T12:00:00.123456Z',
      priority: 'critical',
      correlation_id: 'c-1',
      payload: { sku: 'tea', left: 3, _mesh: { metadata: { page: 3 } } },
    })
    expect((await hub.get('/api/v1/services/stock')).body).toMatchObject({ counts: { events: 1 } })
  })

  test('takes the payload alone, with the rest in the address', async () => {
    const now = Date.UTC(2026, 0, 31)
    const hub = await collectorForTest({ clock: () => now })
    const query = 'event_type=sold&source_service=stock&exchange=ose.logs&priority=8'
    const { status, body } = await hub.post(`${PUBLISH}?${query}`, { sku: 'tea' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ event_type: 'sold', exchange: 'ose.logs', routing_key: 'stock.sold' })
    const [stored] = await hub.allEvents()
    expect(stored).toMatchObject({
      type: 'sold',
      source: 'stock',
      priority: 'high',
      occurred_at: new Date(now).toISOString(),
      payload: { sku: 'tea', _mesh: { exchange: 'ose.logs' } },
    })
    const given = await hub.post(`${PUBLISH}?${query}&routing_key=a.b`, { sku: 'tea' })
    expect(given.body.routing_key).toBe('a.b')
    const twice = await hub.post(`${PUBLISH}?event_type=a&event_type=b`, {})
    expect([twice.status, twice.body.error]).toEqual([400, 'invalid_parameter'])
  })

  test('names what is wrong in its own words', async () => {
    const hub = await collectorForTest()
    const { status, body } = await hub.post(PUBLISH, { event_type: '', payload: [], priority: 'urgent' })
    expect(status).toBe(422)
    expect(Object.keys(body.errors).toSorted()).toEqual([
      'event_type',
      'payload',
      'priority',
      'source_service',
    ])
    const many = await hub.post(PUBLISH, [published])
    expect([many.status, many.body.error]).toEqual([400, 'invalid_body'])
    expect((await hub.post(PUBLISH, '{')).body.error).toBe('invalid_json')
    expect((await hub.post(PUBLISH, published, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await hub.get(PUBLISH)).status).toBe(405)
    expect(await hub.allEvents()).toEqual([])
  })

  test('asks for the scope and the source, also by a token in the path', async () => {
    const hub = await collectorForTest({ tokens: TOKENS })
    expect((await hub.post(PUBLISH, published)).status).toBe(401)
    expect((await hub.post(`/t/any-in${PUBLISH}`, published)).status).toBe(200)
    const foreign = await hub.post(`/t/shop-in${PUBLISH}`, published)
    expect([foreign.status, foreign.body.error]).toEqual([403, 'source_mismatch'])
    const reading = await hub.post(PUBLISH, published, { authorization: 'Bearer all-out' })
    expect(reading.body.error).toBe('insufficient_permissions')
  })
})

describe('the event hooks', () => {
  const event_id = 'f47ac10b-58cc-4372-a567-0e02b2c3d479'
  const collected = {
    event_id,
    timestamp: '2026-01-31T12:00:00',
    source_system: 'akosha',
    event_type: 'pattern_detected',
    severity: 'warning',
    correlation_id: 'c-1',
    data: { pattern: 'loop' },
    tags: ['a', 'b'],
  }

  test('take what anybody says and keep its fields', async () => {
    const hub = await collectorForTest()
    const { status, body } = await hub.post('/events', collected)
    expect([status, body]).toEqual([201, { event_id, status: 'collected' }])
    const { source_system, event_type, data, ...rest } = collected
    expect((await hub.allEvents()).map(bare)).toEqual([
      {
        id: event_id,
        type: event_type,
        source: source_system,
        occurred_at: `${rest.timestamp}Z`,
        payload: data,
        version: 1,
        severity: 'warning',
        correlation_id: 'c-1',
        tags: ['a', 'b'],
      },
    ])
  })

  test('make an id and a time for an event without', async () => {
    const now = Date.UTC(2026, 0, 31)
    const hub = await collectorForTest({ clock: () => now })
    const { body } = await hub.post('/events', {
      source_system: 'oneiric',
      event_type: 'cache_hit',
      event_id: null,
    })
    expect(body.event_id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/)
    const [stored] = await hub.allEvents()
    expect(stored).toMatchObject({ payload: {}, occurred_at: new Date(now).toISOString() })
    expect(isUlid(stored.id)).toBe(true)
  })

  test('count what failed of a batch, and name it', async () => {
    const hub = await collectorForTest()
    const bad = { ...collected, event_id: 'b-2', source_system: '', data: 7 }
    const { status, body } = await hub.post('/events/batch', [collected, bad])
    expect(status).toBe(201)
    expect(body).toMatchObject({ collected: 1, failed: 1, status: 'batch_completed' })
    expect(body.rejected).toMatchObject([
      {
        index: 1,
        id: 'b-2',
        errors: { source_system: [expect.any(String)], data: ['must be an object, not a number'] },
      },
    ])
    const none = await hub.post('/events/batch', [7])
    expect([none.status, none.body.collected, none.body.failed]).toEqual([201, 0, 1])
    expect((await hub.post('/events/batch', collected)).body.error).toBe('invalid_body')
    expect((await hub.post('/events', [collected])).body.error).toBe('invalid_body')
    expect((await hub.post('/events', { ...collected, severity: 'loud' })).status).toBe(422)
  })

  test('hold a bound token to its source', async () => {
    const hub = await collectorForTest({ tokens: TOKENS })
    const own = { ...collected, event_id: 'o-1', source_system: 'shop' }
    const { body } = await hub.post('/t/shop-in/events/batch', [collected, own])
    expect(body).toMatchObject({
      collected: 1,
      failed: 1,
      rejected: [{ index: 0, error: 'source_mismatch' }],
    })
    const posing = toEcosystem({ ...everyEvent()[0]!, source: 'billing' })
    expect((await hub.post('/t/shop-in/events', posing)).status).toBe(403)
  })
})

test('the documentation names the doors that there are', async () => {
  const hub = await collectorForTest()
  const text = await readFile(new URL('../../docs/dialects.md', import.meta.url), 'utf8')
  const doors = [...text.matchAll(/^\| `POST (\/\S+?)`/gm)].map(([, path]) => path!)
  expect(doors).toEqual([
    '/api/v1/hub/events',
    PUBLISH,
    '/events',
    '/events/batch',
    '/api/v1/heartbeat/register',
  ])
  for (const door of doors) expect((await hub.post(door, '{')).body.error).toBe('invalid_json')
})
