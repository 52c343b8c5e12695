import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { PRIORITIES } from '../wire/event.ts'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import type { Queued } from './queue.ts'
import type { Verdict } from './sender.ts'
import { Spool } from './spool/spool.ts'

interface Item extends Queued {
  n: number
}

const logger = { error() {}, warn() {}, info() {}, debug() {} }

async function world(options: Partial<DeliveryOptions<Item>> & { maxBytes?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'spooling-'))
  const arrived: number[] = []
  let verdict: () => Verdict | Promise<Verdict> = () => ({ kind: 'delivered', rejected: 0 })
  const open = (instance: string) => {
    const { maxBytes = 1e7 } = options
    const spool = new Spool({ folder, source: 's', env: 'e', instance, maxBytes, logger })
    const delivery = new Delivery<Item>({
      name: 'items',
      queueMaxBytes: 20_000,
      batchSize: 20,
      batchMaxBytes: 10_000,
      batchTimeoutMs: 5,
      maxRetries: 1,
      breaker: { threshold: 2, recoveryMs: 20 },
      logger,
      async post(batch) {
        const answer = await verdict()
        if (answer.kind === 'delivered') arrived.push(...batch.slice(answer.rejected).map(({ n }) => n))
        return answer
      },
      spool: {
        lane: spool.lane('events'),
        pack: (batch) => batch.map(({ n }) => ({ body: Buffer.from(String(n)), items: 1 })),
        unpack: ({ body }) => item(Number(Buffer.from(body).toString())),
      },
      ...options,
    })
    spool.open()
    const close = async (): Promise<void> => {
      await delivery.close(500)
      await spool.close()
    }
    return { delivery, spool, close }
  }
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return { arrived, open, answer: (next: typeof verdict) => (verdict = next) }
}

const item = (n: number): Item => ({ n, priority: PRIORITIES[n % 4]!, bytes: 100 })
const away: Verdict = { kind: 'retry', absent: true, reason: 'away' }
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n)

async function until(check: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !check(); await pause(5)) {
    if (Date.now() > end) throw new Error(`in vain: ${check}`)
  }
}

it('waits on disk, far beyond the memory that it may have, and brings everything when the receiver is back', async () => {
  const { arrived, open, answer } = await world()
  const { delivery, close } = open('one')
  answer(() => away)
  for (const n of range(0, 2000)) {
    delivery.offer(item(n))
    while (delivery.queuedBytes > 8000) await pause(2)
  }
  await until(() => delivery.spooled > 1500)
  answer(() => ({ kind: 'delivered', rejected: 0 }))
  await until(() => delivery.queued === 0)
  expect(delivery.tally).toMatchObject({ accepted: 2000, delivered: 2000, dropped: {} })
  expect(arrived.toSorted((a, b) => a - b)).toEqual(range(0, 2000))
  await close()
})

it('leaves on disk at close what the next process delivers', async () => {
  const { arrived, open, answer } = await world()
  const first = open('one')
  answer(() => away)
  for (const n of range(0, 50)) first.delivery.offer(item(n))
  await first.close()
  expect(first.delivery.tally).toMatchObject({ accepted: 50, delivered: 0, dropped: {} })
  expect(first.delivery.queued).toBe(50)
  answer(() => ({ kind: 'delivered', rejected: 0 }))
  const second = open('two')
  await until(() => second.delivery.inherited.delivered === 50)
  expect(arrived.toSorted((a, b) => a - b)).toEqual(range(0, 50))
  expect(second.delivery.tally.delivered).toBe(0)
  await second.close()
})

it('keeps what is left when there is no time, also what is under way', async () => {
  const { arrived, open, answer } = await world()
  answer(() => new Promise<Verdict>(() => {}))
  const first = open('one')
  for (const n of range(0, 130)) first.delivery.offer(item(n))
  await pause(20)
  first.delivery.keepRest()
  await first.spool.close()
  answer(() => ({ kind: 'delivered', rejected: 0 }))
  const second = open('two')
  await until(() => second.delivery.inherited.delivered === 130)
  expect(arrived.toSorted((a, b) => a - b)).toEqual(range(0, 130))
  await second.close()
})

it('counts every item once, whatever happens, at every moment', async () => {
  const seed = Date.now() % 1e6
  let state = seed + 1
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  console.log(`seed ${seed}`)
  for (let round = 0; round < 15; round++) {
    const spooled = round % 3 !== 0
    const { open, answer } = await world({
      maxBytes: 3000,
      queueMaxBytes: 5000,
      ...(spooled ? {} : { spool: undefined }),
    })
    const { delivery, close } = open('one')
    let offered = 0
    const check = (): void => {
      const { tally, queued } = delivery
      expect(tally.accepted, `seed ${seed} round ${round}`).toBe(offered)
      expect(tally.delivered + tally.lost + queued, `seed ${seed} round ${round}`).toBe(offered)
    }
    answer(() => {
      check()
      const luck = random()
      if (luck < 0.4) return away
      if (luck < 0.5) return { kind: 'retry', afterMs: 1, reason: 'busy' }
      if (luck < 0.55) return { kind: 'refused', reason: 'no' }
      if (luck < 0.65) return { kind: 'too_large' }
      return { kind: 'delivered', rejected: luck < 0.7 ? 1 : 0, reason: 'bad' }
    })
    for (let step = 0; step < 60; step++) {
      for (let n = Math.floor(random() * 30); n > 0; n--) {
        offered++
        delivery.offer(item(offered))
      }
      check()
      if (random() < 0.3) await pause(random() * 4)
      if (random() < 0.05) await delivery.flush(20)
      check()
    }
    await close()
    check()
    if (!spooled) expect(delivery.queued).toBe(0)
  }
})
