import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { outcomeOn, readDisk } from './collector-disk.ts'
import { Acknowledged } from './collector-load.ts'
import { startCollectorProcess, type Running } from './collector-process.ts'
import { fill, smallDisk } from './small-disk.ts'

async function send(url: string, count: number, acknowledged: Acknowledged): Promise<Response> {
  const events = Array.from({ length: count }, () => {
    const payload = { pad: 'x'.repeat(2000) }
    return { id: newEventId(), type: 'x', source: 'shop', occurred_at: new Date().toISOString(), payload }
  })
  for (const { id } of events) acknowledged.sent.events.add(id)
  const answer = await fetch(`${url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
  if (answer.ok) for (const { id } of events) acknowledged.events.add(id)
  return answer
}

/** Sends batches until one is not taken; at most so many. */
async function sendUntilRefused(url: string, acknowledged: Acknowledged, limit: number): Promise<Response> {
  for (let round = 0; ; round++) {
    const answer = await send(url, 10, acknowledged)
    if (!answer.ok || round >= limit) return answer
    await answer.arrayBuffer()
  }
}

async function statusOf({ url }: Running, path: string): Promise<number> {
  return (await fetch(url + path)).status
}

test('a full disk: 503, alive, and taking again by itself when there is room', async ({ skip }) => {
  const disk = await smallDisk(8)
  if (disk === undefined) return skip('mounting a small tmpfs needs root')
  const data = join(disk, 'data')
  const collector = await startCollectorProcess(data, { env: { HUBLINE_LOG_LEVEL: 'silent' } })
  const acknowledged = new Acknowledged()
  const rounds = FULL ? 8 : 4
  const random = chance(SEED)
  for (let round = 0; round < rounds; round++) {
    const filler = await fill(disk, random(400_000))
    const refused = await sendUntilRefused(collector.url, acknowledged, 1000)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toMatch(/^[123]$/)
    expect((await refused.json()) as object).toMatchObject({ error: 'storage_unavailable' })
    expect([await statusOf(collector, '/health'), await statusOf(collector, '/ready')]).toEqual([200, 503])
    expect(await statusOf(collector, '/api/v1/hub/events?limit=1')).toBe(200)
    rmSync(filler)
    const taken = await send(collector.url, 2, acknowledged)
    expect(taken.status).toBe(200)
    await taken.arrayBuffer()
  }
  collector.child.kill('SIGTERM')
  expect(await collector.exited, collector.stderr()).toBe(0)
  const found = readDisk(data)
  expect([...found.integrity]).toEqual(['ok'])
  const counts = outcomeOn(found, acknowledged)
  const measured = { times_full: rounds, items_acknowledged: acknowledged.events.size }
  account({ side: 'collector', scenario: 'collector-disk-full/refusing', ...counts }, measured)
})

test('killed on a full disk, it starts again with everything acknowledged', async ({ skip }) => {
  const disk = await smallDisk(8)
  if (disk === undefined) return skip('mounting a small tmpfs needs root')
  const data = join(disk, 'data')
  const first = await startCollectorProcess(data, { env: { HUBLINE_LOG_LEVEL: 'silent' } })
  const acknowledged = new Acknowledged()
  const filler = await fill(disk, 300_000)
  expect((await sendUntilRefused(first.url, acknowledged, 1000)).status).toBe(503)
  first.child.kill('SIGKILL')
  await first.exited
  rmSync(filler)
  const second = await startCollectorProcess(data)
  expect((await sendUntilRefused(second.url, acknowledged, 3)).status).toBe(200)
  second.child.kill('SIGTERM')
  expect(await second.exited).toBe(0)
  const found = readDisk(data)
  expect([...found.integrity]).toEqual(['ok'])
  account({
    side: 'collector',
    scenario: 'collector-disk-full/killed',
    kills: 1,
    ...outcomeOn(found, acknowledged),
  })
})
