import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { newEventId } from '@hubline/core/wire'
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { dataDirectory, event } from '../../testing/collector.ts'
import type { EventsReceipt, Store } from '../store.ts'
import { cursorToUlid, ulidAt } from './cursor.ts'
import { startWorker, type StartWorker } from './worker-file.ts'
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts'

const START = Date.UTC(2026, 0, 31)

async function storeForTest(options: Partial<SqliteStoreOptions> = {}): Promise<Store & { dataDir: string }> {
  const dataDir = options.dataDir ?? (await dataDirectory())
  const store = await openSqliteStore({
    durability: 'normal',
    retention: { ageMs: 7 * 86_400_000, bytes: 1e9 },
    retentionPace: 24,
    clock: Date.now,
    queueBytes: 1e8,
    queryDeadlineMs: 5000,
    retentionEveryMs: 60_000,
    partRows: 10,
    partAgeMs: 86_400_000,
    on: {},
    ...options,
    dataDir,
  })
  onTestFinished(() => store.close())
  return Object.assign(store, { dataDir })
}

function ingest(store: Store, events: unknown, receivedAt: number): Promise<EventsReceipt> {
  const body = new TextEncoder().encode(JSON.stringify(events))
  return store.ingestEvents({ format: 'json', dialect: 'hub', body, source: null, receivedAt })
}

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
  expect((await store.stats()).parts.events).toBe(1)
  await ingest(store, [event()], START + 61_000)
  expect((await store.stats()).parts.events).toBe(2)
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
  expect((await store.stats()).parts.events).toBeGreaterThan(1)
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
    { type: 'x' },
  ]) {
    const { events } = await store.events({ limit: 50, order: 'asc', ...filter })
    expect(events.length, JSON.stringify(filter)).toBe(3)
  }
  expect((await store.events({ limit: 50, order: 'asc', since: START + 20_000 })).events.length).toBe(10)
})

test('a query over its deadline is ended, and ingest goes on', async () => {
  // Starting a thread alone takes longer.
  const store = await storeForTest({ queryDeadlineMs: 1 })
  for (let round = 0; round < 3; round++) {
    await expect(store.events({ limit: 1, order: 'asc' })).rejects.toMatchObject({ reason: 'timeout' })
  }
  expect(await ingest(store, [event()], START)).toMatchObject({ accepted: 1 })
})

test('a reader thread that died is replaced', async () => {
  const readers: Worker[] = []
  const start: StartWorker = (path, options) => {
    const worker = startWorker(path, options)
    if (path.startsWith('reader')) readers.push(worker)
    return worker
  }
  const store = await storeForTest({ start })
  await ingest(store, [event()], START)
  for (let round = 1; round <= 3; round++) {
    expect((await store.events({ limit: 1, order: 'asc' })).events.length).toBe(1)
    expect(readers.length).toBe(round)
    await readers.at(-1)!.terminate()
  }
})

test('threads end by themselves when the store closes', async () => {
  const exits: Promise<unknown[]>[] = []
  const start: StartWorker = (path, options) => {
    const worker = startWorker(path, options)
    exits.push(once(worker, 'exit'))
    return worker
  }
  const store = await storeForTest({ start })
  await ingest(store, [event()], START)
  const page = { limit: 1, order: 'asc' } as const
  await Promise.all([store.events(page), store.events(page), store.services()])
  const cut = expect(store.events(page)).rejects.toMatchObject({ reason: 'closed' })
  await Promise.all([store.close(), cut])
  // A thread that was cut off ends with 1.
  expect(await Promise.all(exits)).toEqual([[0], [0], [0]])
})

test('a writer thread that died is replaced, and nothing acknowledged is lost', async () => {
  const writers: Worker[] = []
  const start: StartWorker = (path, options) => {
    const worker = startWorker(path, options)
    if (path.startsWith('writer')) writers.push(worker)
    return worker
  }
  const lost: Error[] = []
  const store = await storeForTest({ start, on: { lost: (error) => lost.push(error) } })
  await ingest(store, [event(), event()], START)
  await writers[0]!.terminate()
  await expect(ingest(store, [event()], START)).rejects.toMatchObject({ reason: 'closed' })
  await expect(store.probe()).rejects.toMatchObject({ reason: 'closed' })
  await vi.waitFor(() => store.probe(), { timeout: 10_000, interval: 50 })
  expect([lost.length, writers.length]).toEqual([1, 2])
  expect(await ingest(store, [event()], START)).toMatchObject({ accepted: 1 })
  expect((await store.events({ limit: 10, order: 'asc' })).events.length).toBe(3)
})

test('a full queue refuses at once and takes again when it has drained', async () => {
  const store = await storeForTest({ queueBytes: 1000 })
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => ingest(store, [event()], START)))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const { reason } of refused) expect(reason).toMatchObject({ name: 'StoreError', reason: 'overloaded' })
  expect(store.totals().events).toBe(20 - refused.length)
  await expect(ingest(store, [event()], START)).resolves.toMatchObject({ accepted: 1 })
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
