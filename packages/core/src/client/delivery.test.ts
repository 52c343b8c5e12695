import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Delivery, type DeliveryOptions } from './delivery.ts'
import type { Queued } from './queue.ts'
import type { Verdict } from './sender.ts'

interface Item extends Queued {
  n: number
}

const item = (n: number): Item => ({ n, priority: 'normal', bytes: 10 })
const said: string[] = []
const logger = { error() {}, warn: (line: string) => void said.push(line), info() {}, debug() {} }

function deliveryOf(answers: Verdict[], options: Partial<DeliveryOptions<Item>> = {}) {
  const batches: number[][] = []
  const delivery = new Delivery<Item>({
    name: 'items',
    queueMaxBytes: 10_000,
    batchSize: 3,
    batchMaxBytes: 10_000,
    batchTimeoutMs: 1000,
    maxRetries: 2,
    breaker: { threshold: 5, recoveryMs: 60_000 },
    logger,
    async post(batch) {
      batches.push(batch.map(({ n }) => n))
      return answers.shift() ?? { kind: 'delivered', rejected: 0 }
    },
    ...options,
  })
  return { delivery, batches }
}

const down: Verdict = { kind: 'retry', absent: true, reason: 'refused' }
const slow: Verdict = { kind: 'retry', reason: '503' }

beforeEach(() => {
  said.length = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('sends a full batch at once and the rest after the batch time', async () => {
  const { delivery, batches } = deliveryOf([])
  for (const n of [1, 2, 3, 4]) delivery.offer(item(n))
  await vi.advanceTimersByTimeAsync(1)
  expect(batches).toEqual([[1, 2, 3], [4]])
  delivery.offer(item(5))
  await vi.advanceTimersByTimeAsync(999)
  expect(batches).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(2)
  expect(batches.at(-1)).toEqual([5])
  expect(delivery.tally).toMatchObject({ accepted: 5, delivered: 5, dropped: {} })
})

it('asks more of a receiver that is slow to answer before the queue is full, and less again after', async () => {
  const answers: (() => void)[] = []
  const post = () =>
    new Promise<Verdict>((resolve) => {
      answers.push(() => resolve({ kind: 'delivered', rejected: 0 }))
    })
  const { delivery } = deliveryOf([], { post })
  const offer = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) delivery.offer(item(n))
    await vi.advanceTimersByTimeAsync(1)
  }
  await offer(30)
  expect(answers).toHaveLength(4)
  await offer(170)
  expect(answers).toHaveLength(11)
  await offer(700)
  expect(answers).toHaveLength(49)
  while (delivery.queued > 0) {
    for (const answer of answers.splice(0)) answer()
    await vi.advanceTimersByTimeAsync(1000)
  }
  await offer(30)
  expect(answers).toHaveLength(4)
  expect(delivery.tally).toMatchObject({ accepted: 930, delivered: 900, dropped: {} })
})

it('repeats the same batch while the receiver is away, and loses nothing when retries are spent', async () => {
  const { delivery, batches } = deliveryOf([down, down, down, down, down])
  delivery.offer(item(1))
  delivery.offer(item(2))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(batches).toHaveLength(6)
  expect(new Set(batches.map(String))).toEqual(new Set(['1,2']))
  expect(delivery.tally).toMatchObject({ accepted: 2, delivered: 2, dropped: {} })
  expect(said).toEqual([
    '[HUB] items are not delivered: refused; they wait in memory.',
    '[HUB] items are being delivered again.',
  ])
})

it('leaves a failing receiver alone once its circuit is open, but for one probe', async () => {
  const { delivery, batches } = deliveryOf(Array.from({ length: 6 }, () => slow))
  for (let n = 0; n < 9; n++) delivery.offer(item(n))
  await vi.advanceTimersByTimeAsync(59_000)
  expect(delivery.sender.breaker.state).toBe('open')
  const before = batches.length
  await vi.advanceTimersByTimeAsync(30_000)
  expect(batches.length).toBe(before + 1)
  await vi.advanceTimersByTimeAsync(100_000)
  expect(delivery.tally).toMatchObject({ delivered: 9, dropped: {} })
  expect(delivery.sender.breaker.metrics()).toMatchObject({ state: 'closed', success_count: 1 })
})

it('does not make a flush wait for a receiver whose circuit is open', async () => {
  const { delivery, batches } = deliveryOf([], { post: async () => slow })
  delivery.offer(item(1))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(delivery.sender.breaker.state).toBe('open')
  const before = batches.length
  const flushed = delivery.flush(5000)
  await vi.advanceTimersByTimeAsync(1)
  await flushed
  expect(batches.length).toBe(before)
  expect(delivery.queued).toBe(1)
})

it('opens no circuit on a receiver that sets the pace', async () => {
  const { delivery } = deliveryOf(Array.from({ length: 20 }, () => ({ ...slow, afterMs: 1000 })))
  delivery.offer(item(1))
  await vi.advanceTimersByTimeAsync(19_000)
  expect(delivery.sender.breaker.state).toBe('closed')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(delivery.tally.delivered).toBe(1)
})

it.each([
  ['while it repeats a batch', 2],
  ['when its attempts are spent', 0],
])('waits as long as the receiver asks, and a part of that more, %s', async (_, maxRetries) => {
  const { delivery, batches } = deliveryOf([{ ...slow, afterMs: 8000 }], { maxRetries })
  delivery.offer(item(1))
  await vi.advanceTimersByTimeAsync(8900)
  expect(batches).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(5200)
  expect(batches).toHaveLength(2)
})

it('treats a post that throws as a receiver that is away', async () => {
  let calls = 0
  const { delivery } = deliveryOf([], {
    async post() {
      if (calls++ === 0) throw new Error('connect ECONNREFUSED')
      return { kind: 'delivered', rejected: 0 }
    },
  })
  delivery.offer(item(1))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(delivery.tally.delivered).toBe(1)
})

it('counts what is refused and never repeats it', async () => {
  const { delivery, batches } = deliveryOf([{ kind: 'refused', reason: '401 who are you' }])
  delivery.offer(item(1))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(batches).toHaveLength(1)
  expect(delivery.tally.dropped).toEqual({ rejected: 1 })
  expect(said).toEqual(['[HUB] 1 items were refused: 401 who are you'])
})

it('keeps the rest of a batch of which some were rejected', async () => {
  const { delivery } = deliveryOf([{ kind: 'delivered', rejected: 1, reason: 'bad' }])
  for (const n of [1, 2, 3]) delivery.offer(item(n))
  await vi.advanceTimersByTimeAsync(1)
  expect(delivery.tally).toMatchObject({ delivered: 2, dropped: { rejected: 1 } })
})

it('halves a batch that is too large down to the one that is', async () => {
  const { delivery, batches } = deliveryOf([], {
    async post(batch) {
      batches.push(batch.map(({ n }) => n))
      return batch.some(({ n }) => n === 2) ? { kind: 'too_large' } : { kind: 'delivered', rejected: 0 }
    },
  })
  for (const n of [1, 2, 3]) delivery.offer(item(n))
  await vi.advanceTimersByTimeAsync(1)
  expect(delivery.tally).toMatchObject({ delivered: 2, dropped: { too_large: 1 } })
  expect(batches).toContainEqual([2])
})

it('says no more once the receiver does not want the kind', async () => {
  const { delivery, batches } = deliveryOf([{ kind: 'unwanted' }])
  delivery.offer(item(1))
  await vi.advanceTimersByTimeAsync(1001)
  expect(delivery.offer(item(2))).toBe(false)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(batches).toHaveLength(1)
  expect(delivery.tally).toMatchObject({ accepted: 0, dropped: {} })
})

it('flushes everything that waits', async () => {
  const { delivery } = deliveryOf([])
  for (let n = 0; n < 50; n++) delivery.offer(item(n))
  const flushed = delivery.flush(5000)
  await vi.advanceTimersByTimeAsync(10)
  await flushed
  expect(delivery.tally.delivered).toBe(50)
})

it('does not wait for ever on a flush to a receiver that is away', async () => {
  const { delivery } = deliveryOf([], { post: async () => down })
  delivery.offer(item(1))
  const flushed = delivery.flush(5000)
  await vi.advanceTimersByTimeAsync(10)
  await flushed
  expect(delivery.queued).toBe(1)
})

it('ends a flush at its deadline when the receiver does not answer', async () => {
  const { delivery } = deliveryOf([], { post: () => new Promise<Verdict>(() => {}) })
  delivery.offer(item(1))
  let done = false
  void delivery.flush(5000).then(() => (done = true))
  await vi.advanceTimersByTimeAsync(4990)
  expect(done).toBe(false)
  await vi.advanceTimersByTimeAsync(20)
  expect(done).toBe(true)
})

it('ends a close at its deadline although the post does not hear that it is over', async () => {
  const { delivery } = deliveryOf([], { post: () => new Promise<Verdict>(() => {}) })
  delivery.offer(item(1))
  let done = false
  void delivery.close(100).then(() => (done = true))
  await vi.advanceTimersByTimeAsync(200)
  expect([done, delivery.tally.dropped]).toEqual([true, { expired: 1 }])
})

it('hands out what is left once: a crash is followed by an exit', async () => {
  const { delivery } = deliveryOf([], { post: () => new Promise<Verdict>(() => {}) })
  for (const n of [1, 2, 3, 4]) delivery.offer(item(n))
  await vi.advanceTimersByTimeAsync(1)
  delivery.offer(item(5))
  expect(delivery.drain().map(({ n }) => n)).toEqual([1, 2, 3, 4, 5])
  expect(delivery.drain()).toEqual([])
})

it('counts what is left at close as expired, once, and takes nothing after', async () => {
  const { delivery } = deliveryOf([], { post: async () => down })
  for (const n of [1, 2, 3, 4]) delivery.offer(item(n))
  const closing = Promise.all([delivery.close(100), delivery.close(100)])
  await vi.advanceTimersByTimeAsync(500)
  await closing
  expect(delivery.offer(item(5))).toBe(false)
  expect(delivery.tally).toMatchObject({ accepted: 5, delivered: 0, dropped: { expired: 5 } })
  expect(delivery.queued).toBe(0)
})

it('closes past an unanswered request, which it gives up', async () => {
  const { delivery } = deliveryOf([], {
    post: (_batch, signal) =>
      new Promise<Verdict>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('aborted'))),
      ),
  })
  delivery.offer(item(1))
  const closing = delivery.close(100)
  await vi.advanceTimersByTimeAsync(200)
  await closing
  expect(delivery.tally.dropped).toEqual({ expired: 1 })
})
