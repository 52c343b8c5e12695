import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { newEventId } from '@hubline/core/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ulidAt } from './store/sqlite/cursor.ts'
import { collectorForTest, event, type Json, type TestCollector } from './testing/collector.ts'
import { ingest, storeForTest } from './testing/store.ts'

const idAt = (ms: number) => ulidAt(ms).slice(0, 10) + newEventId().slice(10)
const cursors = (events: Json[]) => events.map(({ cursor }) => cursor)

/** What a writer sends: new events, events that come hours late, and once more what it has sent before. */
async function write(hub: TestCollector, rounds: readonly number[]): Promise<void> {
  const sent: object[] = []
  for (const [round, size] of rounds.entries()) {
    const hours = 3_600_000 * (round % 5)
    const news = Array.from({ length: size }, (_, index) =>
      event({ id: idAt(Date.now() - hours), type: index % 3 === 0 ? 'rare' : 'common' }),
    )
    const { status } = await hub.events([...news, ...sent.slice(-3)])
    expect(status).toBe(200)
    sent.push(...news)
  }
}

/** Reads on, page by page, until `until` has settled and there is no more. */
async function follow(hub: TestCollector, query: string, until: Promise<unknown>): Promise<Json[]> {
  const read: Json[] = []
  let last = false
  void until.finally(() => (last = true))
  for (let cursor = '', end = false; !end;) {
    const isLast = last
    const { body } = await hub.get(`/api/v1/hub/events?order=asc&cursor=${cursor}&${query}`)
    read.push(...body.data)
    cursor = body.next_cursor ?? ''
    end = isLast && !body.has_more
  }
  return read
}

/** Reads back from now on. */
async function goBack(hub: TestCollector, query: string): Promise<Json[]> {
  const read: Json[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: Json = await hub.get(`/api/v1/hub/events?order=desc&cursor=${cursor}&${query}`)
    read.push(...body.data)
    expect(body.next_cursor === null).toBe(!body.has_more)
    cursor = body.next_cursor
  }
  return read
}

test('whoever pages while others write sees every event once, in either order', async () => {
  const hub = await collectorForTest({ limits: { partRows: 60, retentionPace: Infinity } })
  const writer = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 3, maxLength: 8 })
  const given = fc.tuple(fc.array(writer, { minLength: 1, maxLength: 3 }), fc.integer({ min: 3, max: 40 }))
  await fc.assert(
    fc.asyncProperty(given, async ([writers, limit]) => {
      const writing = Promise.all(writers.map((rounds) => write(hub, rounds)))
      const [all, rare, ...back] = await Promise.all([
        follow(hub, `limit=${limit}`, writing),
        follow(hub, `limit=${limit}&type=ra*`, writing),
        goBack(hub, `limit=${limit}`),
        goBack(hub, `limit=${limit}&type=rare`),
      ])
      const stored = await hub.allEvents()
      expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length)
      expect(cursors(stored)).toEqual(cursors(stored).toSorted())
      expect(all).toEqual(stored)
      const isRare = ({ type }: Json) => type === 'rare'
      expect(rare).toEqual(stored.filter(isRare))
      for (const [seen, expected] of [
        [back[0]!, stored],
        [back[1]!, stored.filter(isRare)],
      ] as const) {
        const known = expected.filter(({ cursor }) => cursor <= (seen[0]?.cursor ?? ''))
        expect(seen.toReversed()).toEqual(known)
      }
    }),
    // What depends on timing cannot be made smaller.
    { numRuns: 4, endOnFailure: true },
  )
}, 60_000)

test('a search that runs out of time goes on where it ended, and finds everything', async () => {
  const store = await storeForTest({ partRows: 3000 })
  const start = Date.UTC(2026, 0, 31)
  for (let batch = 0; batch < 10; batch++) {
    // Every part has late events, so that all overlap.
    const ids = [0, 1, 2].map((back) => idAt(start + (batch - 3 * back) * 1000))
    const events = Array.from({ length: 1500 }, (_, index) =>
      event({ id: ids[index] ?? idAt(start + batch * 1000), tags: index % 700 === 1 ? ['rare'] : [] }),
    )
    expect(await ingest(store, events, start + batch * 1000)).toMatchObject({ accepted: 1500 })
  }
  const parts = (await readdir(join(store.dataDir, 'events'))).filter((name) => name.endsWith('.db'))
  expect(parts.length).toBeGreaterThan(3)
  for (const order of ['asc', 'desc'] as const) {
    const found: string[] = []
    let [pages, cursor] = [0, undefined as string | undefined]
    for (let more = true; more; pages++) {
      const page = await store.events({ limit: 50, order, tags: ['rare'], scanMs: 0, cursor })
      found.push(...page.events.map((served) => served.cursor))
      if (page.hasMore) expect(page.next).not.toBe(cursor)
      cursor = page.next ?? undefined
      more = page.hasMore
    }
    expect(pages).toBeGreaterThan(3)
    expect([found.length, new Set(found).size]).toEqual([30, 30])
    expect(found).toEqual(order === 'asc' ? found.toSorted() : found.toSorted().toReversed())
  }
})

test('a page ends after its bytes, and goes on with what did not fit', async () => {
  const store = await storeForTest()
  await ingest(
    store,
    Array.from({ length: 25 }, (_, n) => event({ payload: { n, pad: 'x'.repeat(1000) } })),
    Date.now(),
  )
  const found: number[] = []
  let cursor: string | undefined
  for (let more = true; more;) {
    const page = await store.events({ limit: 50, order: 'asc', maxBytes: 2500, cursor })
    expect(page.events.length).toBeLessThanOrEqual(2)
    found.push(...page.events.map(({ json }) => JSON.parse(json).payload.n))
    cursor = page.next!
    more = page.hasMore
  }
  expect(found).toEqual([...Array(25).keys()])
})

test('the end of the pages in the order of commit is where later events follow', async () => {
  const hub = await collectorForTest()
  expect((await hub.get('/api/v1/hub/events')).body).toEqual({ data: [], next_cursor: null, has_more: false })
  await hub.events([event({ id: 'a', source: 'other' })])
  const { body } = await hub.get('/api/v1/hub/events?source=shop')
  expect([body.data, body.has_more]).toEqual([[], false])
  await hub.events([event({ id: 'b', source: 'shop' })])
  const next = await hub.get(`/api/v1/hub/events?source=shop&cursor=${body.next_cursor}`)
  expect(next.body.data.map(({ id }: Json) => id)).toEqual(['b'])
})

test('a cursor of the other order, or that is none, is refused with what it should be', async () => {
  const hub = await collectorForTest()
  await hub.events([event({ id: 'a' }), event({ id: 'b' }), event({ id: 'c' })])
  const page = async (query: string) => (await hub.get(`/api/v1/hub/events?limit=2&${query}`)).body
  const [asc, desc] = [await page('order=asc'), await page('order=desc')]
  for (const [query, wanted] of [
    [`order=desc&cursor=${asc.next_cursor}`, 'one of the order desc'],
    [`order=asc&cursor=${desc.next_cursor}`, 'one of the order asc'],
    [`cursor=${desc.next_cursor}`, 'one of the order asc'],
    ['cursor=42', 'as an earlier answer gave it'],
    ['cursor=01KGA5ZJ40ABCDEFGHJKMNPQRU', 'as an earlier answer gave it'],
  ] as const) {
    const { error, message } = await page(query)
    expect([error, message]).toEqual(['invalid_parameter', expect.stringContaining(wanted)])
  }
  // An event's own cursor is good for either.
  const middle = asc.data[1].cursor
  expect((await page(`order=asc&cursor=${middle}`)).data.map(({ id }: Json) => id)).toEqual(['c'])
  expect((await page(`order=desc&cursor=${middle}`)).data.map(({ id }: Json) => id)).toEqual(['a'])
})
