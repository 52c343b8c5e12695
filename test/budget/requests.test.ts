import { expect, it, onTestFinished } from 'vitest'
import { HubSink } from '../support/hub-sink.ts'
import { type Counted, countedApp, type CountedApp } from './counted-app.ts'

// What a request may cost, in counts that are the same on every machine; what it costs in time is measured in bench/.

const REQUESTS = 2000
/** About twice what it is: the compiler may be late on a machine with much to do, and what it has not seen yet allocates more. */
const MAX_BYTES_A_REQUEST = 28 * 1024
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

it('allocates little for a request, its event and its span', async () => {
  const bare = await afterRequests(await countedApp({}))
  const { app } = await reporting()
  const { bytes } = await afterRequests(app)
  expect(bytes - bare.bytes).toBeLessThan(MAX_BYTES_A_REQUEST)
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
