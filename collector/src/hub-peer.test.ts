import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { collectorForTest, type Json } from './testing/collector.ts'

const run = promisify(execFile)
const PEER = new URL('testing/hub_peer.py', import.meta.url).pathname

test('a client in another language that knows the contract alone sends, is refused and reads back', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:energyapp:writer,read:*:reader' })
  const { stdout } = await run('python3', [PEER, `${hub.url}/api/v1/hub`, 'writer', 'reader'])
  const said: Json = JSON.parse(stdout)
  const ids = said.sent.map(([status, id]: [number, string]) => {
    expect(status).toBe(201)
    return id
  })
  expect(said.read).toEqual(ids.map((id: string, value: number) => [id, value]))
  expect(said.pages).toEqual([5, 5, 5, 5, 3])
  expect([said.future[0], Object.keys(said.future[1].errors)]).toEqual([422, ['occurred_at']])
  expect([said.foreign[0], said.foreign[1].error]).toEqual([403, 'source_mismatch'])
  for (const [status, { error, message }] of [said.reading, said.writing])
    expect([status, error, message]).toEqual([
      403,
      'insufficient_permissions',
      expect.stringContaining('hub:'),
    ])
  expect([said.info[0], Object.keys(said.info[1])]).toEqual([
    200,
    expect.arrayContaining(['name', 'env', 'version', 'uptime_seconds', 'time']),
  ])
  expect(said.heartbeat).toEqual([200, { ok: true, at: expect.any(String) }])
  expect(said.sources).toEqual([
    200,
    { data: [{ id: 'energyapp', type: 'service', status: expect.any(String) }] },
  ])
})
