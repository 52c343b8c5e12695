import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { newEventId } from '@hubline/core/wire'
import { expect, onTestFinished, test } from 'vitest'
import { startCollector } from './collector.ts'
import { CATALOG_MIGRATIONS } from './store/sqlite/schema.ts'
import { collectorForTest, dataDirectory, event, type Json, type TestCollector } from './testing/collector.ts'
import { makeOldData, OLD_EVENTS, OLD_TIME } from './testing/old-data.ts'
import { exportOf } from './testing/spans.ts'

const NEWEST = CATALOG_MIGRATIONS.length
/** Those that left something of their own: the others only make the same steps in another run. */
const DIFFERENT = [1, 2, 4, NEWEST]
const VERSIONS = Array.from({ length: NEWEST }, (_, index) => index + 1)
const DAY_MS = 86_400_000

async function oldData(version: number): Promise<string> {
  const data = await dataDirectory()
  makeOldData(data, version)
  return data
}

const files = (data: string): string[] =>
  readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\/?(catalog|\d+)\.db$/.test(name),
  )

const open = (data: string): Promise<TestCollector> => collectorForTest({ data, retention: '30d' })

const lines = async (hub: TestCollector, signal: string): Promise<string[]> => {
  const response = await fetch(`${hub.url}/api/v1/export?signal=${signal}`)
  return (await response.text()).split('\n').slice(0, -1)
}

/** All that an old data directory holds is there, and found. */
async function expectOldData(hub: TestCollector): Promise<void> {
  expect((await hub.allEvents()).map(({ id }) => id).slice(0, 6)).toEqual(OLD_EVENTS.map(({ id }) => id))
  expect((await lines(hub, 'events')).slice(0, 6).map((line) => JSON.parse(line))).toEqual(OLD_EVENTS)
  expect((await hub.get(`/api/v1/hub/events/${OLD_EVENTS[0]!.id}`)).body.payload).toEqual({ n: 0 })
  const traces = (await hub.get('/api/v1/traces?service=shop')).body.data
  expect(traces.map(({ name }: Json) => name)).toEqual(expect.arrayContaining(['span 0', 'span 5']))
  const trace = (await hub.get(`/api/v1/traces/${'1'.padStart(32, '0')}`)).body
  expect(trace.spans.map(({ name }: Json) => name)).toEqual(['span 0'])
  const logs = (await hub.get('/api/v1/logs?service=shop')).body.data
  expect(logs.map(({ body }: Json) => body)).toEqual(expect.arrayContaining(['log 0', 'log 5']))
  const metrics = (await lines(hub, 'metrics')).join()
  for (const n of OLD_EVENTS.keys()) expect(metrics).toContain(`"asInt":"${n}"`)
}

/** Whatever can be asked without saying for what is answered. */
async function expectEveryQueryAnswers(hub: TestCollector): Promise<void> {
  const { paths } = (await hub.get('/openapi.json')).body
  for (const [path, { get }] of Object.entries(paths) as [string, Json][]) {
    if (!get || path.includes('{') || /^\/(ready|api\/v1\/export|events\/stream)/.test(path)) continue
    if (get.responses['200']?.content?.['text/event-stream']) continue
    const response = await fetch(hub.url + path, { redirect: 'manual' })
    expect(response.status, `${path}: ${await response.text()}`).toBeLessThan(500)
  }
}

async function expectIngestGoesOn(hub: TestCollector): Promise<void> {
  const known = { ...OLD_EVENTS[0] }
  expect((await hub.events([known, OLD_EVENTS[5]])).body).toMatchObject({ accepted: 0, duplicates: 2 })
  // An id of another source, which the first tables could not keep beside it.
  expect(
    (await hub.events([{ ...known, source: 'billing' }, event({ id: newEventId() })])).body,
  ).toMatchObject({ accepted: 2 })
  expect(
    (await hub.post('/v1/traces', exportOf({ service: 'shop', id: 7, trace: 700, name: 'new' }))).body,
  ).toEqual({})
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const now = `${Date.now()}000000`
  const logRecords = [{ timeUnixNano: now, body: { stringValue: 'new log' } }]
  const metrics = [{ name: 'orders', gauge: { dataPoints: [{ timeUnixNano: now, asInt: '99' }] } }]
  expect(
    (await hub.post('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })).body,
  ).toEqual({})
  expect(
    (await hub.post('/v1/metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] })).body,
  ).toEqual({})
  expect((await hub.get('/api/v1/stats')).body.stored).toEqual({ events: 8, spans: 7, logs: 7, metrics: 7 })
}

function expectSound(data: string): void {
  for (const name of files(data)) {
    const db = new DatabaseSync(join(data, name), { readOnly: true })
    expect(db.prepare('PRAGMA integrity_check').get(), name).toEqual({ integrity_check: 'ok' })
    if (name === 'catalog.db')
      expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: NEWEST })
    db.close()
  }
}

test.each(VERSIONS)(
  'the data of a collector with version %i of the catalog is read, and goes on',
  async (version) => {
    const data = await oldData(version)
    const hub = await open(data)
    await expectOldData(hub)
    const service = (await hub.get('/api/v1/services/shop')).body
    expect(service.counts).toMatchObject({
      events: 6,
      spans: 6,
      logs: 6,
      metrics: 6,
      exceptions: version < 4 ? 0 : 1,
    })
    if (version >= 2)
      expect((await hub.get('/api/v1/services/shop/delivery')).body.totals).toMatchObject({ stored: 6 })
    if (DIFFERENT.includes(version)) await expectEveryQueryAnswers(hub)
    await expectIngestGoesOn(hub)
    await hub.collector.close()
    expectSound(data)
    if (!DIFFERENT.includes(version)) return
    const again = await open(data)
    await expectOldData(again)
    expect((await again.get('/api/v1/stats')).body.stored).toEqual({
      events: 8,
      spans: 7,
      logs: 7,
      metrics: 7,
    })
    await again.collector.close()
    expectSound(data)
  },
)

test('parts of an older collector are sealed and given up like any other', async () => {
  const data = await oldData(1)
  let now = OLD_TIME + 1000
  const limits = { partRows: 4, retentionPace: Number.POSITIVE_INFINITY }
  const hub = await collectorForTest({ data, clock: () => now, limits })
  await expectIngestGoesOn(hub)
  now += 20 * DAY_MS
  for (let round = 0; round < 2; round++)
    expect((await hub.events([event()])).body).toMatchObject({ accepted: 1 })
  expect((await hub.get('/api/v1/stats')).body.signals.spans.removed.parts).toBeGreaterThan(0)
  await hub.collector.close()
  expectSound(data)
})

test.each(['catalog.db', 'spans/1.db', 'events/2.db'])(
  'where a newer collector has made %s, nothing is touched',
  async (name) => {
    const data = await oldData(NEWEST)
    const db = new DatabaseSync(join(data, name))
    db.exec('PRAGMA user_version = 99')
    db.close()
    const states = () =>
      files(data).map((file) => [
        file,
        createHash('sha256')
          .update(readFileSync(join(data, file)))
          .digest('hex'),
      ])
    const before = states()
    await expect(startCollector({ port: 0, data, logLevel: 'silent' })).rejects.toThrow(
      new RegExp(
        `${name} has schema version 99, this collector knows \\d+: run the newer collector or choose another`,
      ),
    )
    expect(states()).toEqual(before)
  },
)

const PAUSES: readonly [what: 'catalog' | 'part', version: number, after: number][] = [
  ['catalog', 1, 1],
  ['catalog', 1, NEWEST - 1],
  ['catalog', 4, 4],
  ['catalog', NEWEST - 1, NEWEST - 1],
  ['part', 1, 1],
]

test.each(PAUSES)(
  'a migration of a %s of version %i that is killed in its step %i is done again',
  async (what, version, after) => {
    const data = await oldData(version)
    const path = join(data, what === 'catalog' ? 'catalog.db' : 'events/1.db')
    const script = fileURLToPath(new URL('./testing/paused-migration.ts', import.meta.url))
    const child = spawn(process.execPath, [script, path, what, String(after)], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        NODE_NO_WARNINGS: '1',
      },
    })
    const ended = once(child, 'close')
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await ended
    })
    let told = ''
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()))
    const said = await Promise.race([once(child.stdout, 'data'), ended])
    expect(String(said[0]), told).toBe('paused\n')
    child.kill('SIGKILL')
    await ended
    const hub = await open(data)
    await expectOldData(hub)
    await expectIngestGoesOn(hub)
    await hub.collector.close()
    expectSound(data)
  },
)
