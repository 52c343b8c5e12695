import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { type Counted, countedApp, type CountedApp } from './counted-app.ts'

// What a request may cost, in counts that are the same on every machine; what it costs in time is measured in bench/.

const REQUESTS = 2000
/** About twice what it is: the compiler may be late on a machine with much to do, and what it has not seen yet allocates more. */
const MAX_BYTES_A_REQUEST = 20 * 1024
/** Of what one allocates, most of it by Express and the compiler: what waits to be sent does so in pages outside the heap. */
const MAX_BYTES_LEFT_BY_A_REQUEST = 300
const MAX_SYSCALLS_A_THOUSAND_EVENTS = 400
const MAX_BYTES_AN_EVENT_ON_THE_WIRE = 700
const BATCH = 500
/** Registering, starting and listening send at once, and a flush what is left: batches that are not full. */
const CUT = 4

/** An app that reports to a sink in batches that only their size, or a flush, sends. */
async function reporting(): Promise<{ sink: HubSink; app: CountedApp }> {
  const sink = await HubSink.open()
  onTestFinished(() => sink.close())
  const app = await countedApp({
    WITH: 'hubline',
    HUB_API_URL: sink.url,
    HUB_SOURCE: 'budget',
    HUB_BATCH_SIZE: String(BATCH),
    HUB_BATCH_TIMEOUT: '60s',
    HUB_COMPRESSION: 'none',
  })
  return { sink, app }
}

async function afterRequests(app: CountedApp): Promise<{ before: Counted; after: Counted; bytes: number }> {
  await app.ask(REQUESTS)
  await app.begin()
  const before = await app.count()
  await app.ask(REQUESTS)
  const after = await app.count()
  expect(after.collections).toBe(0)
  return { before, after, bytes: (after.heapUsed - before.heapUsed) / REQUESTS }
}

it('allocates little for a request, its event and its span, and adds no listener to it or its response', async () => {
  const bare = await afterRequests(await countedApp({}))
  const { app } = await reporting()
  const { bytes, after } = await afterRequests(app)
  expect(bytes - bare.bytes).toBeLessThan(MAX_BYTES_A_REQUEST)
  expect(after.listenersOfMessages).toBe(bare.after.listenersOfMessages)
})

it('leaves next to nothing of a request to a collection of the old objects', async () => {
  const { app } = await reporting()
  await app.ask(REQUESTS)
  await app.begin()
  const before = await app.youngCollected()
  await app.ask(REQUESTS)
  expect(((await app.youngCollected()) - before) / REQUESTS).toBeLessThan(MAX_BYTES_LEFT_BY_A_REQUEST)
})

it('leaves no listener and no timer behind, however many requests come', async () => {
  const { app } = await reporting()
  const { before, after } = await afterRequests(app)
  expect(after.listeners).toBe(before.listeners)
  expect(after.listenersOfSockets).toEqual(before.listenersOfSockets)
  expect(after.timers).toBeLessThanOrEqual(before.timers)
})

it('sends requests in full batches', async () => {
  const { sink, app } = await reporting()
  await app.ask(REQUESTS)
  await app.flush()
  const interactions = await sink.waitFor(
    () => sink.ofType('InteractionDetected').length === REQUESTS && sink.ofType('InteractionDetected'),
  )
  await sink.waitFor(() => sink.spans.length === REQUESTS)
  const posts = (path: string) => sink.requests.filter((request) => request.path === path)
  expect(posts('/api/v1/hub/events').length).toBeLessThanOrEqual(REQUESTS / BATCH + CUT)
  expect(posts('/v1/traces').length).toBeLessThanOrEqual(REQUESTS / BATCH + CUT)
  const bytes = posts('/api/v1/hub/events').reduce((sum, { body }) => sum + body.length, 0)
  expect(bytes / interactions.length).toBeLessThan(MAX_BYTES_AN_EVENT_ON_THE_WIRE)
})

it('sends a thousand events in as many requests as there are batches, over few connections', async () => {
  const { sink, app } = await reporting()
  await app.flush()
  const before = sink.requests.length
  await app.emit(1000)
  await app.flush()
  await sink.waitFor(() => sink.ofType('shop.order.placed').length === 1000)
  expect(sink.requests.length - before).toBeLessThanOrEqual(1000 / BATCH + CUT)
})

const traced = spawnSync('strace', ['-c', 'true']).status === 0

it.skipIf(!traced)('asks little of the system for a thousand events', async () => {
  const { app } = await reporting()
  await app.emit(1000)
  await app.flush()
  const calls = await syscallsOf(app.pid, async () => {
    await app.emit(1000)
    await app.flush()
  })
  expect(calls).toBeGreaterThan(0)
  expect(calls).toBeLessThan(MAX_SYSCALLS_A_THOUSAND_EVENTS)
})

/** How many calls to the system all threads of a process make during `work`. */
async function syscallsOf(pid: number, work: () => Promise<void>): Promise<number> {
  const tracer = spawn('strace', ['-f', '-c', '-U', 'calls,name', '-p', String(pid)])
  const [attached] = (await once(tracer.stderr, 'data')) as [Buffer]
  expect(String(attached)).toContain('attached')
  await work()
  const rest = text(tracer.stderr)
  tracer.kill('SIGINT')
  return Number(/(\d+) total/.exec(await rest)?.[1])
}
