import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { newEventId } from '@hubline/core/wire'
import { expect, onTestFinished, test } from 'vitest'
import { chance, figures, FULL, SEED } from './collector-chance.ts'
import { readDisk } from './collector-disk.ts'
import { folder, startCollectorProcess, type Running } from './collector-process.ts'

/** A file system of a few megabytes of its own; undefined where that cannot be had. */
async function smallDisk(): Promise<string | undefined> {
  const path = await folder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', path]))
  return path
}

/** Takes all room but `leave` bytes. @returns the file to remove. */
async function fill(disk: string, leave: number): Promise<string> {
  const file = join(disk, 'filler')
  const { bavail, bsize } = await statfs(disk)
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
  return file
}

async function send(url: string, ids: string[]): Promise<Response> {
  const events = ids.map((id) => {
    const payload = { pad: 'x'.repeat(2000) }
    return { id, type: 'x', source: 'shop', occurred_at: new Date().toISOString(), payload }
  })
  return fetch(`${url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  })
}

/** Sends batches until one is not taken; at most so many. */
async function sendUntilRefused(url: string, acknowledged: string[], limit: number): Promise<Response> {
  for (let round = 0; ; round++) {
    const ids = Array.from({ length: 10 }, newEventId)
    const answer = await send(url, ids)
    if (!answer.ok || round >= limit) return answer
    await answer.arrayBuffer()
    acknowledged.push(...ids)
  }
}

async function statusOf({ url }: Running, path: string): Promise<number> {
  return (await fetch(url + path)).status
}

test('a full disk: 503, alive, and taking again by itself when there is room', async ({ skip }) => {
  const disk = await smallDisk()
  if (disk === undefined) return skip('mounting a small tmpfs needs root')
  const data = join(disk, 'data')
  const collector = await startCollectorProcess(data, { env: { HUBLINE_LOG_LEVEL: 'silent' } })
  const acknowledged: string[] = []
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
    const taken = await send(
      collector.url,
      ['again', String(round)].map((word) => `${word}-${newEventId()}`),
    )
    expect(taken.status).toBe(200)
    await taken.arrayBuffer()
  }
  collector.child.kill('SIGTERM')
  expect(await collector.exited, collector.stderr()).toBe(0)
  const found = readDisk(data)
  const missing = acknowledged.filter((id) => !found.events.has(id)).length
  figures('collector on a full disk', {
    times_full: rounds,
    acknowledged: acknowledged.length + 2 * rounds,
    stored: found.events.size,
    missing,
  })
  expect([missing, [...found.integrity]]).toEqual([0, ['ok']])
})

test('killed on a full disk, it starts again with everything acknowledged', async ({ skip }) => {
  const disk = await smallDisk()
  if (disk === undefined) return skip('mounting a small tmpfs needs root')
  const data = join(disk, 'data')
  const first = await startCollectorProcess(data, { env: { HUBLINE_LOG_LEVEL: 'silent' } })
  const acknowledged: string[] = []
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
  const missing = acknowledged.filter((id) => !found.events.has(id)).length
  figures('killed on a full disk', { acknowledged: acknowledged.length, missing })
  expect([missing, [...found.integrity]]).toEqual([0, ['ok']])
})
