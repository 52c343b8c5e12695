import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/programs.ts'
import { account } from './account.ts'
import { chance, FULL, SEED } from './chance.ts'
import { outcomeOn, readDisk } from './collector-disk.ts'
import { Acknowledged, Load } from './collector-load.ts'
import { startCollectorProcess, type Running } from './collector-process.ts'

const ROUNDS = FULL ? 30 : 3

test(
  'SIGTERM under load: everything acknowledged is there, and the exit is clean and in time',
  async () => {
    const data = await temporaryFolder()
    const random = chance(SEED)
    const acknowledged = new Acknowledged()
    let slowest = 0
    for (let round = 0; round < ROUNDS; round++) {
      const collector = await startCollectorProcess(data)
      const reached = Promise.withResolvers<void>()
      let left = 5 + random(60)
      acknowledged.onBatch = () => {
        if (left-- <= 0) reached.resolve()
      }
      const load = new Load(collector.url, acknowledged)
      await reached.promise
      const from = performance.now()
      collector.child.kill('SIGTERM')
      // It ends itself with 1 when it has not closed within its deadline.
      expect(await collector.exited, collector.stderr()).toBe(0)
      slowest = Math.max(slowest, performance.now() - from)
      await load.stop()
    }
    const disk = readDisk(data)
    const { events, spans, refused } = acknowledged
    account(
      { side: 'collector', scenario: 'collector-restart/sigterm', ...outcomeOn(disk, acknowledged) },
      {
        stops: ROUNDS,
        exits_with_code_0: ROUNDS,
        slowest_exit_ms: Math.ceil(slowest),
        events_acknowledged: events.size,
        spans_acknowledged: spans.size,
        requests_refused: Object.values(refused).reduce((sum, count) => sum + count, 0),
      },
    )
    expect([...disk.integrity]).toEqual(['ok'])
  },
  FULL ? 300_000 : 30_000,
)

interface Sent {
  id: string
  [key: string]: unknown
}

async function send(collector: Running, events: Sent[]): Promise<{ accepted: number; duplicates: number }> {
  const response = await fetch(`${collector.url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: events.map((event) => JSON.stringify(event)).join('\n'),
  })
  expect(response.status).toBe(200)
  return (await response.json()) as { accepted: number; duplicates: number }
}

test('ids that come again after a restart are stored once', async () => {
  const data = await temporaryFolder()
  const random = chance(SEED + 1)
  const make = (): Sent => ({
    // Every tenth is no ULID, as of a client that makes its ids another way.
    id: random(10) === 0 ? `order-${newEventId()}` : newEventId(),
    type: 'shop.order.placed',
    source: 'shop',
    occurred_at: new Date().toISOString(),
    payload: {},
  })
  const sent: Sent[] = []
  let [fresh, repeated] = [0, 0]
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
    const collector = await startCollectorProcess(data)
    for (let batch = 0; batch < 10; batch++) {
      const again = new Set(
        Array.from({ length: sent.length === 0 ? 0 : 60 }, () => sent[random(sent.length)]!),
      )
      const added = Array.from({ length: 140 }, make)
      const { accepted, duplicates } = await send(collector, [...again, ...added])
      expect([accepted, duplicates]).toEqual([added.length, again.size])
      sent.push(...added)
      fresh += added.length
      repeated += again.size
    }
    collector.child.kill(signal)
    await collector.exited
  }
  const disk = readDisk(data)
  expect(disk.repeated).toBe(0)
  expect(disk.events.size).toBe(fresh)
  const stored = sent.filter(({ id }) => disk.events.has(id)).length
  const counts = { kills: 2, generated: fresh, stored, missing: fresh - stored }
  account(
    { side: 'collector', scenario: 'collector-restart/replayed', ...counts },
    { events_sent_again: repeated },
  )
})
