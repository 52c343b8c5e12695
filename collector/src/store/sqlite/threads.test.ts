import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { event } from '../../testing/collector.ts'
import { ingest, storeForTest } from '../../testing/store.ts'
import { startWorker, type StartWorker } from './worker-file.ts'

const START = Date.UTC(2026, 0, 31)

test('a query over its deadline is ended, and ingest goes on', async () => {
  // Starting a thread alone takes longer.
  const store = await storeForTest({ queryDeadlineMs: 1 })
  for (let round = 0; round < 3; round++) {
    await expect(store.events({ limit: 1, order: 'asc' })).rejects.toMatchObject({ reason: 'timeout' })
  }
  expect(await ingest(store, [event()], START)).toMatchObject({ accepted: 1 })
})

test('a reader thread that died is replaced', async () => {
  const readers: Worker[] = []
  const start: StartWorker = (path, options) => {
    const worker = startWorker(path, options)
    if (path.startsWith('reader')) readers.push(worker)
    return worker
  }
  const store = await storeForTest({ start })
  await ingest(store, [event()], START)
  for (let round = 1; round <= 3; round++) {
    expect((await store.events({ limit: 1, order: 'asc' })).events.length).toBe(1)
    expect(readers.length).toBe(round)
    await readers.at(-1)!.terminate()
  }
})

test('threads end by themselves when the store closes', async () => {
  const exits: Promise<unknown[]>[] = []
  const start: StartWorker = (path, options) => {
    const worker = startWorker(path, options)
    exits.push(once(worker, 'exit'))
    return worker
  }
  const store = await storeForTest({ start })
  await ingest(store, [event()], START)
  const page = { limit: 1, order: 'asc' } as const
  await Promise.all([store.events(page), store.events(page), store.services()])
  const cut = expect(store.events(page)).rejects.toMatchObject({ reason: 'closed' })
  await Promise.all([store.close(), cut])
  // A thread that was cut off ends with 1.
  expect(await Promise.all(exits)).toEqual([[0], [0], [0]])
})

test('a writer thread that died is replaced, and nothing acknowledged is lost', async () => {
  const writers: Worker[] = []
  const start: StartWorker = (path, options) => {
    const worker = startWorker(path, options)
    if (path.startsWith('writer')) writers.push(worker)
    return worker
  }
  const lost: Error[] = []
  const store = await storeForTest({ start, on: { lost: (error) => lost.push(error) } })
  await ingest(store, [event(), event()], START)
  await writers[0]!.terminate()
  await expect(ingest(store, [event()], START)).rejects.toMatchObject({ reason: 'closed' })
  await expect(store.probe()).rejects.toMatchObject({ reason: 'closed' })
  await vi.waitFor(() => store.probe(), { timeout: 20_000, interval: 50 })
  expect([lost.length, writers.length]).toEqual([1, 2])
  expect(await ingest(store, [event()], START)).toMatchObject({ accepted: 1 })
  expect((await store.events({ limit: 10, order: 'asc' })).events.length).toBe(3)
})

test('a full queue refuses at once and takes again when it has drained', async () => {
  const store = await storeForTest({ queueBytes: 1000 })
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => ingest(store, [event()], START)))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const { reason } of refused) expect(reason).toMatchObject({ name: 'StoreError', reason: 'overloaded' })
  expect(store.totals().events).toBe(20 - refused.length)
  await expect(ingest(store, [event()], START)).resolves.toMatchObject({ accepted: 1 })
})
