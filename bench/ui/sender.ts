// A process that sends hub events at a steady rate until it is told to stop.
import { setTimeout as sleep } from 'node:timers/promises'
import { bodiesOf } from '../ingest/bodies.ts'
import { stamp } from '../ingest/life/template.ts'
import { EVENTS, Poster } from '../ingest/post.ts'

export interface SteadyOrder {
  url: string
  eventsPerSecond: number
}

export interface Sent {
  events: number
  seconds: number
}

const BATCH = 50
/** Requests that are made before; then they are made anew from the first on. */
const BODIES = 200
/** All ids but those of events stay as they were made. */
const NO_MASK = new Uint8Array(16)
const CONNECTIONS = 4

async function send({ url, eventsPerSecond }: SteadyOrder, stop: AbortSignal): Promise<Sent> {
  const bodies = bodiesOf({ format: 'events', batch: BATCH }, BODIES * BATCH)
  const poster = new Poster(url, CONNECTIONS)
  let requests = 0
  const from = performance.now()
  const loops = Array.from({ length: CONNECTIONS }, async () => {
    while (!stop.aborted) {
      const due = from + ((requests * BATCH) / eventsPerSecond) * 1000
      const body = bodies[requests++ % BODIES]!
      if (due > performance.now()) await sleep(due - performance.now())
      await poster.post(EVENTS, stamp(body, NO_MASK, Date.now()))
    }
  })
  await Promise.all(loops)
  const seconds = (performance.now() - from) / 1000
  poster.end()
  return { events: requests * BATCH, seconds }
}

process.once('message', (order: SteadyOrder) => {
  const stop = new AbortController()
  const sending = send(order, stop.signal)
  process.send!({ begun: true })
  process.once('message', () => {
    stop.abort()
    void sending.then((sent) => process.send!(sent, () => process.disconnect()))
  })
})
