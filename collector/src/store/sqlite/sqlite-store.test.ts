import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { event } from '../../testing/collector.ts'
import { ingest, storeForTest } from '../../testing/store.ts'
import type { Store } from '../store.ts'
import { cursorToUlid, ulidAt } from './cursor.ts'

const START = Date.UTC(2026, 0, 31)

async function allIds(store: Store, limit = 7, order: 'asc' | 'desc' = 'asc'): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await store.events({ limit, order, ...(cursor !== undefined && { cursor }) })
    for (const { json } of page.events) ids.push(JSON.parse(json).id)
    if (!page.hasMore) return ids
    cursor = page.events.at(-1)!.cursor
  }
}

/** An id made at a time, told apart by `index`. */
const idAt = (ms: number, index: number) => ulidAt(ms).slice(0, 20) + String(index).padStart(6, '0')

test('parts roll by rows, and a replay of any of them is a duplicate', async () => {
  const store = await storeForTest()
  const groups = Array.from({ length: 6 }, (_, group) => {
    const at = START + group * 1000
    return { at, events: Array.from({ length: 8 }, (_, index) => event({ id: idAt(at, index) })) }
  })
  for (const { at, events } of groups) expect(await ingest(store, events, at)).toMatchObject({ accepted: 8 })
  expect(readdirSync(join(store.dataDir, 'events')).filter((name) => name.endsWith('.db')).length).toBe(3)
  for (const { events } of groups) {
    expect(await ingest(store, events, START + 60_000)).toMatchObject({ accepted: 0, duplicates: 8 })
  }
  const sent = groups.flatMap(({ events }) => events.map(({ id }) => id))
  expect(await allIds(store)).toEqual(sent)
  expect(await allIds(store, 5, 'desc')).toEqual(sent.toReversed())
  expect((await store.stats()).stored.events).toBe(48)
})

test('parts roll by age', async () => {
  const store = await storeForTest({ partAgeMs: 60_000, clock: () => START })
  await ingest(store, [event()], START)
  await ingest(store, [event()], START + 59_000)
  expect((await store.stats()).kept.events.parts).toBe(1)
  await ingest(store, [event()], START + 61_000)
  expect((await store.stats()).kept.events.parts).toBe(2)
})

test('ids from a clock ahead, and ids that are no ULIDs, stay unique when their part is sealed', async () => {
  const store = await storeForTest()
  const strange = [
    idAt(START + 5000, 1),
    idAt(START + 10 * 365 * 86_400_000, 2),
    '7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    'UUID-like',
    'zz',
  ]
  const events = strange.map((id) => event({ id }))
  await ingest(store, events, START)
  for (let round = 1; round <= 3; round++) {
    const fill = Array.from({ length: 10 }, (_, index) => event({ id: idAt(START + round * 1000, index) }))
    await ingest(store, fill, START + round * 1000)
  }
  expect((await store.stats()).kept.events.parts).toBeGreaterThan(1)
  expect(await ingest(store, events, START + 20_000)).toMatchObject({
    accepted: 0,
    duplicates: strange.length,
  })
  for (const id of strange) expect(JSON.parse((await store.event(id))!.json).id).toBe(id)
})

test('a late event lands in a sealed part and still comes after what was read', async () => {
  const store = await storeForTest()
  for (let group = 0; group < 4; group++) {
    const at = START + group * 1000
    await ingest(
      store,
      Array.from({ length: 10 }, (_, index) => event({ id: idAt(at, index) })),
      at,
    )
  }
  const { events, hasMore } = await store.events({ limit: 200, order: 'asc' })
  expect(hasMore).toBe(false)
  const late = idAt(START + 1, 999)
  await ingest(store, [event({ id: late })], START + 9000)
  const next = await store.events({ limit: 200, order: 'asc', cursor: events.at(-1)!.cursor })
  expect(next.events.map(({ json }) => JSON.parse(json).id)).toEqual([late])
})

test('paging while others write skips and repeats nothing', async () => {
  const store = await storeForTest({ partRows: 40 })
  const sent = new Set<string>()
  let writing = true
  const writers = [0, 1, 2].map(async (writer) => {
    for (let round = 0; round < 40; round++) {
      // A third are late, so that sealed parts grow while they are read.
      const late = START - 1000 * round
      const ids = [newEventId(), newEventId(), idAt(late, writer * 1000 + round)]
      for (const id of ids) sent.add(id)
      await ingest(
        store,
        ids.map((id) => event({ id })),
        Date.now(),
      )
    }
  })
  const read: string[] = []
  const reader = (async () => {
    let cursor: string | undefined
    for (let last = false; !last;) {
      last = !writing
      for (let more = true; more;) {
        const page = await store.events({ limit: 9, order: 'asc', ...(cursor !== undefined && { cursor }) })
        for (const { json } of page.events) read.push(JSON.parse(json).id)
        cursor = page.events.at(-1)?.cursor ?? cursor
        more = page.hasMore
      }
    }
  })()
  await Promise.all(writers)
  writing = false
  await reader
  expect(read.length).toBe(sent.size)
  expect(new Set(read)).toEqual(sent)
})

test('cursors go on after a restart, also when the clock went back', async () => {
  const first = await storeForTest()
  await ingest(first, [event()], START + 60_000)
  const before = first.watermark()
  await first.close()
  const second = await storeForTest({ dataDir: first.dataDir })
  expect(second.watermark()).toBe(before)
  await ingest(second, [event()], START)
  expect(second.watermark() > before).toBe(true)
})

test('what a crash kept from the catalog is found again in the parts', async () => {
  const first = await storeForTest()
  await ingest(first, [event({ type: 'ErrorReported', payload: { message: 'x' } }), event()], START)
  await first.close()
  // As after a crash between the commit of the part and that of the catalog.
  const catalog = new DatabaseSync(join(first.dataDir, 'catalog.db'))
  catalog.exec(`UPDATE watermarks SET seq = 0; UPDATE parts SET rows = 0, min_seq = NULL, max_seq = NULL;
    DELETE FROM services; DELETE FROM instances; DELETE FROM event_counts`)
  catalog.close()
  const second = await storeForTest({ dataDir: first.dataDir })
  expect((await second.events({ limit: 10, order: 'asc' })).events.length).toBe(2)
  expect(await second.service('shop')).toMatchObject({
    events: 2,
    errors: 1,
    eventsByType: { ErrorReported: 1 },
  })
  expect(second.totals().events).toBe(2)
})

test('filters find what they name, in open and sealed parts', async () => {
  const store = await storeForTest()
  const trace_id = 'ab'.repeat(16)
  for (let index = 0; index < 30; index++) {
    const extra =
      index % 10 === 3 ? { trace_id, correlation_id: 'order-7', source: 'billing', type: 'x' } : {}
    await ingest(store, [event(extra)], START + index * 1000)
  }
  for (const filter of [
    { traceId: trace_id },
    { correlationId: 'order-7' },
    { source: 'billing' },
    { types: ['x'] },
  ]) {
    const { events } = await store.events({ limit: 50, order: 'asc', ...filter })
    expect(events.length, JSON.stringify(filter)).toBe(3)
  }
  expect((await store.events({ limit: 50, order: 'asc', since: START + 20_000 })).events.length).toBe(10)
})

test('two stores do not share a directory', async () => {
  const first = await storeForTest()
  await expect(storeForTest({ dataDir: first.dataDir })).rejects.toThrow(
    new RegExp(`in use by another collector \\(process ${process.pid}\\).*HUBLINE_DATA`),
  )
  await first.close()
  await expect(storeForTest({ dataDir: first.dataDir })).resolves.toBeDefined()
})

test('a directory of a newer collector is left alone', async () => {
  const first = await storeForTest()
  await first.close()
  const catalog = new DatabaseSync(join(first.dataDir, 'catalog.db'))
  catalog.exec('PRAGMA user_version = 99')
  catalog.close()
  await expect(storeForTest({ dataDir: first.dataDir })).rejects.toThrow(/schema version 99/)
})

test('closing commits what was taken, and closing again changes nothing', async () => {
  const store = await storeForTest()
  const taken = ingest(store, [event()], START)
  await Promise.all([store.close(), store.close()])
  await expect(taken).resolves.toMatchObject({ accepted: 1 })
  await expect(ingest(store, [event()], START)).rejects.toMatchObject({ reason: 'closed' })
  expect(cursorToUlid(0n) < store.watermark()).toBe(true)
})
