import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newEventId } from '@hubline/core/wire'
import { expect, test, vi } from 'vitest'
import { ulidAt } from './store/sqlite/cursor.ts'
import { collectorForTest, dataDirectory, event, type TestCollector } from './testing/collector.ts'

const START = Date.UTC(2026, 0, 31)
const DAY_MS = 86_400_000
const limits = { partRows: 10, retentionPace: Number.POSITIVE_INFINITY }

/** Ten events of a day, with ids and times of that day. */
function eventsOf(day: number): { id: string }[] {
  const at = START + day * DAY_MS
  return Array.from({ length: 10 }, () => {
    const id = ulidAt(at).slice(0, 10) + newEventId().slice(10)
    return event({ id, occurred_at: new Date(at).toISOString() }) as { id: string }
  })
}

const files = (data: string) => readdirSync(join(data, 'events')).filter((name) => name.endsWith('.db'))
const idsOf = async (hub: TestCollector) => (await hub.allEvents()).map(({ id }) => id)

test('parts past their age go as whole files, and what comes again from then is not stored twice', async () => {
  let now = START
  const data = await dataDirectory()
  const hub = await collectorForTest({ data, clock: () => now, limits, retention: '7d' })
  const days = [0, 1, 2, 8, 9].map((day) => ({ day, events: eventsOf(day) }))
  for (const { day, events } of days) {
    now = START + day * DAY_MS
    expect((await hub.events(events)).body).toEqual({ accepted: 10, duplicates: 0, rejected: [] })
    // The readers have every part open when it goes.
    await idsOf(hub)
  }
  const kept = days.slice(2).flatMap(({ events }) => events.map(({ id }) => id))
  expect((await idsOf(hub)).slice(-30)).toEqual(kept)
  expect(files(data).length).toBeLessThan(5)
  const old = days[0]!.events
  expect((await hub.events(old)).body).toEqual({ accepted: 0, duplicates: 0, expired: 10, rejected: [] })
  expect((await hub.events(old[0])).status).toBe(201)
  expect((await hub.get(`/api/v1/hub/events/${old[0]!.id}`)).status).toBe(404)
  expect((await hub.events(days[4]!.events)).body).toMatchObject({ accepted: 0, duplicates: 10 })
  expect((await hub.get('/api/v1/stats')).body.since_start).toMatchObject({ expired: 11 })
  expect((await hub.get('/metrics')).body).toContain('hubline_expired_total 11')
  await hub.collector.close()
  // As after a crash between the commit and the removal of the file.
  writeFileSync(join(data, 'events', '1.db'), '')
  const again = await collectorForTest({ data, clock: () => now, limits, retention: '7d' })
  expect(files(data)).not.toContain('1.db')
  expect((await again.events(old)).body).toMatchObject({ accepted: 0, expired: 10 })
})

test('parts go by the clock alone where nothing comes in', async () => {
  let now = START
  const data = await dataDirectory()
  const options = { ...limits, retentionEveryMs: 10 }
  const hub = await collectorForTest({ data, clock: () => now, limits: options, retention: '7d' })
  await hub.events(eventsOf(0))
  // The readers have the part open when it goes.
  expect((await idsOf(hub)).length).toBe(10)
  now = START + 9 * DAY_MS
  await vi.waitFor(() => expect(files(data)).not.toContain('1.db'), 15_000)
  expect(await idsOf(hub)).toEqual([])
  expect((await hub.get('/api/v1/stats')).body.stored.events).toBe(0)
})

test('over its bytes the store gives up the oldest parts, and the space is given back', async () => {
  let now = START
  const hub = await collectorForTest({ clock: () => now, limits, retentionBytes: '2MiB' })
  const pad = 'x'.repeat(20_000)
  const heavy = (): object[] => eventsOf(0).map((sent) => ({ ...sent, id: newEventId(), payload: { pad } }))
  for (let round = 0; round < 30; round++) {
    now += 1000
    expect((await hub.events(heavy())).body).toMatchObject({ accepted: 10 })
    await hub.get('/api/v1/hub/events?limit=200')
  }
  const { stored, disk_bytes } = (await hub.get('/api/v1/stats')).body
  expect(stored.events).toBeLessThan(300)
  expect((await idsOf(hub)).length).toBe(stored.events)
  // Beyond the limit: the open part, the catalog and their write-ahead logs.
  expect(disk_bytes).toBeLessThan(8 * 1024 * 1024)
})

test('an open stream goes on while parts go away below it', async () => {
  let now = START
  const hub = await collectorForTest({ clock: () => now, limits, retention: '7d' })
  const days = [0, 9, 18].map((day) => ({ day, events: eventsOf(day) }))
  const stop = new AbortController()
  const response = await fetch(`${hub.url}/api/v1/stream?since=2026-01-01`, { signal: stop.signal })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (const { day, events } of days) {
    now = START + day * DAY_MS
    await hub.events(events)
    while (!text.includes(events.at(-1)!.id)) text += (await reader.read()).value
  }
  stop.abort()
  expect(text.match(/^data: \{/gm)!.length).toBe(30)
})

test('a clock that jumps ahead does not make everything old at once', async () => {
  let now = START
  const data = await dataDirectory()
  const open = () => collectorForTest({ data, clock: () => now, limits: { partRows: 10 }, retention: '7d' })
  const hub = await open()
  for (const day of [0, 0, 0]) await hub.events(eventsOf(day))
  now = START + 400 * DAY_MS
  await hub.events(eventsOf(0))
  await hub.collector.close()
  const again = await open()
  await again.events(eventsOf(0))
  expect((await idsOf(again)).length).toBe(50)
})
