import { execFile } from 'node:child_process'
import { createWriteStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { newEventId } from '@hubline/core/wire'
import { expect, test, vi } from 'vitest'
import { collectorForTest, dataDirectory, event, type Json, type TestCollector } from './testing/collector.ts'
import { exportOf } from './testing/spans.ts'

const backUp = (hub: TestCollector, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${hub.url}/api/v1/backup`, { method: 'POST', headers })

/** Unpacks an archive by the system's own program. */
async function unpack(response: Response): Promise<string> {
  expect(response.status).toBe(200)
  const folder = await dataDirectory()
  const archive = join(folder, 'backup.tar')
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(archive))
  const data = join(folder, 'data')
  await mkdir(data)
  await promisify(execFile)('tar', ['-xf', archive, '-C', data])
  return data
}

const databases = (data: string): string[] =>
  readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.db'))

const ids = async (hub: TestCollector): Promise<string[]> => (await hub.allEvents()).map(({ id }) => id)

test('a backup under load has all that was acknowledged before it, whole, and opens as a data directory', async () => {
  const hub = await collectorForTest({ limits: { partRows: 200 } })
  const acknowledged: string[] = []
  const stop = new AbortController()
  const pour = async (first: number): Promise<void> => {
    for (let round = first; !stop.signal.aborted; round++) {
      const events = Array.from({ length: 20 }, () =>
        event({ id: newEventId(), payload: { pad: 'x'.repeat(500) } }),
      )
      const span = {
        service: `svc-${round % 7}`,
        id: round + 1,
        trace: round + 1,
        resource: { 'service.instance.id': newEventId() },
      }
      await Promise.all([hub.events(events), hub.post('/v1/traces', exportOf(span))])
      acknowledged.push(...events.map(({ id }) => id as string))
    }
  }
  const load = [pour(0), pour(1000), pour(2000)]
  await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(2000), 20_000)
  const before = [...acknowledged]
  const data = await unpack(await backUp(hub))
  stop.abort()
  await Promise.all(load)

  for (const name of databases(data)) {
    const db = new DatabaseSync(join(data, name), { readOnly: true })
    expect(db.prepare('PRAGMA integrity_check').get(), name).toEqual({ integrity_check: 'ok' })
    db.close()
  }
  const { files } = JSON.parse(readFileSync(join(data, 'manifest.json'), 'utf8')) as Json
  expect(files.map(({ name }: Json) => name).toSorted()).toEqual(databases(data).toSorted())
  for (const { name, sha256 } of files)
    expect(
      createHash('sha256')
        .update(readFileSync(join(data, name)))
        .digest('hex'),
      name,
    ).toBe(sha256)

  const restored = await collectorForTest({ data, limits: { partRows: 200 } })
  const kept = new Set(await ids(restored))
  expect(before.filter((id) => !kept.has(id))).toEqual([])
  expect(acknowledged).toEqual(expect.arrayContaining([...kept]))
  const { data: services } = (await restored.get('/api/v1/services')).body
  const { stored } = (await restored.get('/api/v1/stats')).body
  expect(services.find(({ name }: Json) => name === 'shop').counts.events).toBe(kept.size)
  expect(stored.events).toBe(kept.size)
  const spans = services.reduce((sum: number, { counts }: Json) => sum + counts.spans, 0)
  expect(spans).toBe(stored.spans)
  expect((await restored.get('/api/v1/traces?limit=200')).body.data.length).toBe(Math.min(200, stored.spans))
  expect(
    (await restored.events([event({ id: before[0] }), event({ id: before.at(-1) })])).body,
  ).toMatchObject({ duplicates: 2 })
  expect((await restored.events([event()])).body).toMatchObject({ accepted: 1 })
})

test('a part that retention gives up while the backup is read is left out, and the rest opens', async () => {
  const hub = await collectorForTest({ limits: { partRows: 10 }, retentionBytes: '1MiB' })
  const heavy = () =>
    Array.from({ length: 10 }, () => event({ id: newEventId(), payload: { pad: 'x'.repeat(10_000) } }))
  for (let round = 0; round < 5; round++) await hub.events(heavy())
  const response = await backUp(hub)
  // More than lies in the buffers between: the backup waits for its reader while all parts of before go.
  for (let round = 0; round < 20; round++) await hub.events(heavy())
  const restored = await collectorForTest({ data: await unpack(response) })
  const { stored } = (await restored.get('/api/v1/stats')).body
  expect((await ids(restored)).length).toBe(stored.events)
  expect((await restored.events(heavy())).body).toMatchObject({ accepted: 10 })
})

test('a backup takes its tokens along, and only an admin may make one', async () => {
  const hub = await collectorForTest()
  const make = async (name: string, scope: string, secret?: string) =>
    (await hub.post('/api/v1/tokens', { name, scope }, secret ? { authorization: `Bearer ${secret}` } : {}))
      .body.secret
  const admin = await make('chief', 'admin')
  const reader = await make('eyes', 'read', admin)
  expect((await backUp(hub)).status).toBe(401)
  expect((await backUp(hub, { authorization: `Bearer ${reader}` })).status).toBe(403)
  const authorization = `Bearer ${admin}`
  const restored = await collectorForTest({ data: await unpack(await backUp(hub, { authorization })) })
  expect((await restored.get('/api/v1/services')).status).toBe(401)
  expect((await restored.get('/api/v1/services', { authorization })).status).toBe(200)
})

test('one backup at a time; one whose reader leaves ends, and leaves nothing behind', async () => {
  const hub = await collectorForTest({ limits: { partRows: 10 } })
  for (let round = 0; round < 20; round++)
    await hub.events(Array.from({ length: 10 }, () => event({ payload: { pad: 'x'.repeat(50_000) } })))
  const stop = new AbortController()
  const slow = await fetch(`${hub.url}/api/v1/backup`, { method: 'POST', signal: stop.signal })
  const second = await hub.post('/api/v1/backup', '')
  expect([second.status, second.body.error]).toEqual([409, 'conflict'])
  stop.abort()
  await expect(slow.arrayBuffer()).rejects.toThrow()
  const copies = join(hub.collector.dataDir, 'backup')
  await vi.waitFor(() => expect(existsSync(copies)).toBe(false), 15_000)
  const data = await unpack(
    await vi.waitUntil(async () => {
      const response = await backUp(hub)
      return response.status === 200 && response
    }, 15_000),
  )
  expect(databases(data)).toContain('catalog.db')
  expect(existsSync(copies)).toBe(false)
})

test('a backup that closing cuts off is seen to be cut off', async () => {
  const hub = await collectorForTest({ limits: { partRows: 10 } })
  for (let round = 0; round < 20; round++)
    await hub.events(Array.from({ length: 10 }, () => event({ payload: { pad: 'x'.repeat(50_000) } })))
  const response = await backUp(hub)
  const closed = hub.collector.close()
  await expect(response.arrayBuffer()).rejects.toThrow()
  await closed
  expect(existsSync(join(hub.collector.dataDir, 'backup'))).toBe(false)
})
