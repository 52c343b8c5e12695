import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { ulidAt } from './store/sqlite/cursor.ts'
import { collectorForTest, event, type Json } from './testing/collector.ts'
import { FILTER_CASES, FILTERED_EVENTS } from './testing/filter-cases.ts'
import { ingest, storeForTest } from './testing/store.ts'

const NOON = Date.UTC(2026, 0, 31, 12)
const MINUTE = 60_000
const iso = (ms: number) => new Date(ms).toISOString()
const idAt = (ms: number) => ulidAt(ms).slice(0, 10) + newEventId().slice(10)

test('events are counted by source, type and severity, and in every step of the range', async () => {
  let now = NOON
  const hub = await collectorForTest({ clock: () => now, limits: { partRows: 2 } })
  await hub.events([event({ type: 'a' }), event({ type: 'b', severity: 'error' })])
  now += 30_000
  await hub.events([event({ type: 'a', source: 'mail' })])
  now += 2 * MINUTE
  await hub.events([event({ type: '__proto__' })])
  const { status, body } = await hub.get('/api/v1/hub/stats?since=2026-01-31T12:00:00Z&step=1m')
  expect(status).toBe(200)
  const { by_type, buckets, ...rest } = body
  expect(rest).toEqual({
    total: 4,
    by_source: { shop: 3, mail: 1 },
    by_severity: { info: 3, error: 1 },
    since: iso(NOON),
    until: iso(now),
    step_ms: MINUTE,
    complete: true,
    counted_since: null,
    next_cursor: null,
  })
  expect(Object.entries(by_type).toSorted()).toEqual([
    ['__proto__', 1],
    ['a', 2],
    ['b', 1],
  ])
  expect(buckets).toEqual([
    { start: iso(NOON), count: 3, by_severity: { info: 2, error: 1 } },
    { start: iso(NOON + MINUTE), count: 0, by_severity: {} },
    { start: iso(NOON + 2 * MINUTE), count: 1, by_severity: { info: 1 } },
  ])
  const second = await hub.get(
    '/api/v1/hub/stats?since=2026-01-31T12:00:30Z&until=2026-01-31T12:02:30Z&step=1m',
  )
  expect(second.body.total).toBe(1)
})

test('every filter counts what the list finds', async () => {
  const hub = await collectorForTest({ limits: { partRows: 3 } })
  await hub.events(FILTERED_EVENTS)
  for (const [query, ids] of FILTER_CASES) {
    const { body } = await hub.get(`/api/v1/hub/stats?${query}`)
    expect([query, body.total]).toEqual([query, ids === '' ? 0 : ids.split(' ').length])
  }
})

test('with occurred_since, steps go by the time that events say, whenever they came', async () => {
  const hub = await collectorForTest({ clock: () => NOON, limits: { partRows: 2 } })
  const at = (minutes: number) => event({ occurred_at: iso(NOON + minutes * MINUTE) })
  await hub.events([at(-90), at(-59), at(-1), at(-1), at(0), at(3)])
  const { body } = await hub.get('/api/v1/hub/stats?occurred_since=2026-01-31T11:00:00Z&step=30m')
  expect(body.buckets.map(({ count }: Json) => count)).toEqual([1, 2, 1])
  expect(body.total).toBe(4)
})

test('a count that ends early says so, and adds up with the rest to what there is', async () => {
  const store = await storeForTest({ partRows: 3000 })
  for (let batch = 0; batch < 8; batch++) {
    // Late events go to older parts, which overlap with the newer ones then.
    const ids = [0, 1, 2].map((back) => idAt(NOON + (batch - 3 * back) * 1000))
    const events = Array.from({ length: 1500 }, (_, index) =>
      event({ id: ids[index] ?? idAt(NOON + batch * 1000), tags: [index % 2 === 0 ? 'even' : 'odd'] }),
    )
    await ingest(store, events, NOON + batch * 1000)
  }
  const steps = new Map<number, number>()
  let [answers, total, cursor] = [0, 0, undefined as string | undefined]
  for (let more = true; more; answers++) {
    const query = { tags: ['even'], time: 'received', step: 1000, scanMs: 0, cursor } as const
    const { next, countedSince, buckets, ...counted } = await store.eventStats(query)
    total += counted.total
    for (const { start, bySeverity } of buckets)
      steps.set(start, (steps.get(start) ?? 0) + bySeverity['info']!)
    if (next !== null) expect(countedSince).toBeLessThan(NOON + 8000)
    more = next !== null
    cursor = next ?? undefined
  }
  expect(answers).toBeGreaterThan(3)
  expect(total).toBe(8 * 750)
  expect([...steps.values()]).toEqual(Array(8).fill(750))
})

test('a bound token counts its own source alone', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:*:in,read:shop:own' })
  await hub.events([event(), event({ source: 'mail' })], { authorization: 'Bearer in' })
  const own = { authorization: 'Bearer own' }
  expect((await hub.get('/api/v1/hub/stats', own)).body.by_source).toEqual({ shop: 1 })
  expect((await hub.get('/api/v1/hub/stats?source=mail', own)).status).toBe(403)
})

test('a range that cannot be is refused with what it should be', async () => {
  const hub = await collectorForTest({ clock: () => NOON })
  for (const [query, said] of [
    ['since=2026-02-01', 'since is 2026-02-01T00:00:00.000Z'],
    ['occurred_since=2026-02-01', 'earlier than now'],
    ['occurred_since=2026-01-02&occurred_until=2026-01-01', 'earlier than occurred_until'],
    ['since=2025-01-31&step=1s', 'more than 2000 steps'],
    ['step=soon', 'a duration such as'],
  ] as const) {
    const { status, body } = await hub.get(`/api/v1/hub/stats?${query}`)
    expect([status, body.error, body.message]).toEqual([
      400,
      'invalid_parameter',
      expect.stringContaining(said),
    ])
  }
})
