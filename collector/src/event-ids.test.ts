import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { ulidAt } from './store/sqlite/cursor.ts'
import { migrate, openForWriting } from './store/sqlite/database.ts'
import { CATALOG_MIGRATIONS, PART_MIGRATIONS, SEALING } from './store/sqlite/schema.ts'
import { collectorForTest, dataDirectory, event, type TestCollector } from './testing/collector.ts'

const START = Date.UTC(2026, 0, 31)
const DAY_MS = 86_400_000
const of = (source: string, id: string, overrides: object = {}) => event({ source, id, ...overrides })

async function stored(hub: TestCollector): Promise<string[]> {
  return (await hub.allEvents()).map(({ source, id }) => `${source} ${id}`).toSorted()
}

test('two services may use the same ids: each of theirs is stored, and once', async () => {
  const data = await dataDirectory()
  const hub = await collectorForTest({ data })
  const ids = ['1', '2', '3', newEventId()]
  const expected = ['orders', 'billing'].flatMap((source) => ids.map((id) => `${source} ${id}`)).toSorted()
  for (const source of ['orders', 'billing']) {
    for (const id of ids) expect((await hub.events(of(source, id))).status).toBe(201)
  }
  expect(await stored(hub)).toEqual(expected)
  await hub.collector.close()

  const again = await collectorForTest({ data })
  for (const source of ['billing', 'orders']) {
    const { body } = await again.events(ids.map((id) => of(source, id)))
    expect(body).toEqual({ accepted: 0, duplicates: 4, rejected: [] })
  }
  expect(await stored(again)).toEqual(expected)
})

test('an id of several sources reads back as the newest, or as that of the source asked for', async () => {
  const hub = await collectorForTest()
  for (const id of ['7', newEventId()]) {
    await hub.events(of('orders', id))
    await hub.events(of('billing', id))
    const path = `/api/v1/hub/events/${id}`
    expect((await hub.get(path)).body.source).toBe('billing')
    for (const source of ['orders', 'billing']) {
      expect((await hub.get(`${path}?source=${source}`)).body).toMatchObject({ id, source })
    }
    expect((await hub.get(`${path}?source=stock`)).status).toBe(404)
  }
})

test('a UUID or ULID is the same id in upper and lower case, by whatever door', async () => {
  const hub = await collectorForTest()
  const uuid = '0F8FAD5B-D9CB-469F-A165-70867728950E'
  const hook = { source_system: 'orders', event_type: 'paid' }
  const first = await hub.post('/events', { ...hook, event_id: uuid })
  expect(first.body).toEqual({ event_id: uuid.toLowerCase(), status: 'collected' })
  const ulid = newEventId()
  await hub.events(of('orders', ulid.toLowerCase()))
  const batch = [uuid, uuid.toLowerCase()].map((id) => ({ ...hook, event_id: id }))
  expect((await hub.post('/events/batch', batch)).body.collected).toBe(2)
  expect((await hub.events([of('orders', uuid), of('orders', ulid)])).body.duplicates).toBe(2)
  expect(await stored(hub)).toEqual([`orders ${uuid.toLowerCase()}`, `orders ${ulid}`].toSorted())
  for (const id of [uuid, uuid.toLowerCase()]) {
    expect((await hub.get(`/events/${id}`)).body.event_id).toBe(uuid.toLowerCase())
    expect((await hub.get(`/api/v1/hub/events/${id}`)).body.id).toBe(uuid.toLowerCase())
  }
  expect((await hub.get(`/api/v1/hub/events/${ulid.toLowerCase()}`)).body.id).toBe(ulid)
  // Of any other id the case counts.
  expect((await hub.events([of('orders', 'A-1'), of('orders', 'a-1')])).body.accepted).toBe(2)
})

test('an id lives as long as the part of its own source, not as that of another', async () => {
  let now = START
  const limits = { partRows: 10, retentionPace: Number.POSITIVE_INFINITY }
  const hub = await collectorForTest({ clock: () => now, limits, retention: '7d' })
  const fill = (source: string) => Array.from({ length: 10 }, (_, index) => of(source, `${index}`))
  await hub.events(fill('orders'))
  now = START + 6 * DAY_MS
  await hub.events(fill('billing'))
  now = START + 14 * DAY_MS
  expect((await hub.events(fill('orders'))).body).toMatchObject({ accepted: 10 })
  const sources = (await hub.allEvents()).map(({ source }) => source)
  expect(sources.filter((source) => source === 'billing').length).toBe(10)
})

test('an id from a clock ahead is known again after a restart, when its part is sealed', async () => {
  let now = START
  const data = await dataDirectory()
  const open = () => collectorForTest({ data, clock: () => now, limits: { partRows: 10 } })
  const hub = await open()
  const idAt = (ms: number) => ulidAt(ms).slice(0, 10) + newEventId().slice(10)
  const ahead = [of('orders', idAt(START + 15_000)), of('orders', '7-is-no-ULID')]
  for (; now < START + 30_000; now += 10_000) {
    const rest = Array.from({ length: 8 }, () => of('orders', idAt(now)))
    await hub.events([...(now === START ? ahead : []), ...rest])
  }
  expect((await hub.get('/api/v1/stats')).body.parts.events).toBeGreaterThan(1)
  await hub.collector.close()
  expect((await (await open()).events(ahead)).body).toEqual({ accepted: 0, duplicates: 2, rejected: [] })
})

/** A part as collectors made it that took an id for the same whoever sent it. */
function olderPart(data: string, part: number, ids: string[], sealed: boolean): void {
  mkdirSync(join(data, 'events'), { recursive: true })
  const path = join(data, 'events', `${part}.db`)
  const db = openForWriting(path, 'normal')
  migrate(db, path, PART_MIGRATIONS.events.slice(0, 1))
  const insert = db.prepare(`INSERT INTO events (cursor, id, type, source, occurred_ms, received_ms, body)
    VALUES (?, ?, 'x', 'orders', ?, ?, ?)`)
  for (const [index, id] of ids.entries()) {
    const body = JSON.stringify(of('orders', id, { type: 'x', version: 1 }))
    insert.run(BigInt(part * 1000 + index), id, START, START, body)
  }
  if (sealed) db.exec(SEALING.events)
  db.close()
}

function olderCatalog(data: string, fill: (catalog: DatabaseSync) => void): void {
  const path = join(data, 'catalog.db')
  const catalog = openForWriting(path, 'normal')
  migrate(catalog, path, CATALOG_MIGRATIONS.slice(0, 4))
  fill(catalog)
  catalog.close()
}

test("an older collector's parts are read and written, and take what it would have refused", async () => {
  const data = await dataDirectory()
  // Both ULIDs are of the first part's time.
  const early = ['01KGA5ZJ40ABCDEFGHJKMNPQRS', '01KGA5ZJ40ABCDEFGHJKMNPQRT']
  olderPart(data, 1, ['1', early[0]!], true)
  olderPart(data, 2, ['2'], false)
  olderCatalog(data, (catalog) => {
    const far = Date.UTC(2100, 0, 1)
    catalog.exec(`INSERT INTO parts (signal, id, from_ms, to_ms, created_ms, sealed, rows, min_seq, max_seq, min_time_ms, max_time_ms)
      VALUES ('events', 1, 0, ${far}, ${START}, 1, 2, 1000, 1001, ${START}, ${START}),
        ('events', 2, ${far}, NULL, ${START}, 0, 1, 2000, 2000, ${START}, ${START});
      INSERT INTO foreign_ids (id, part) VALUES ('1', 1), ('2', 2);
      INSERT INTO watermarks VALUES ('events', 2000);
      INSERT INTO services (name) VALUES ('orders')`)
  })
  const ids = ['1', '2', early[0]!]
  const options = { data, clock: () => START, limits: { partRows: 1000, partAgeMs: 1e12 } }
  const hub = await collectorForTest(options)
  expect(await stored(hub)).toEqual(ids.map((id) => `orders ${id}`).toSorted())
  for (const id of ids) expect((await hub.get(`/api/v1/hub/events/${id}`)).body.source).toBe('orders')
  expect((await hub.events(ids.map((id) => of('orders', id)))).body).toMatchObject({ duplicates: 3 })

  const news = [...ids, early[1]!]
  const batch = [...news.map((id) => of('billing', id)), of('billing', '1'), of('orders', early[1]!)]
  expect((await hub.events(batch)).body).toEqual({ accepted: 5, duplicates: 1, rejected: [] })
  expect((await hub.events(batch)).body).toEqual({ accepted: 0, duplicates: 6, rejected: [] })
  const all = ['orders', 'billing'].flatMap((source) => news.map((id) => `${source} ${id}`)).toSorted()
  expect(await stored(hub)).toEqual(all)
  await hub.collector.close()
  const again = await collectorForTest(options)
  expect(await stored(again)).toEqual(all)
  expect((await again.events(batch)).body).toMatchObject({ accepted: 0, duplicates: 6 })
  await again.collector.close()
  const sealed = openForWriting(join(data, 'events', '1.db'), 'normal')
  const indexes = sealed
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all()
  sealed.close()
  expect(indexes.length).toBe(4)
})
