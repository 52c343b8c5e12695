// A process that sends: `process.send` tells when its bodies are made, what it is told then starts it.
import { gzipSync } from 'node:zlib'
import { quantile } from '../report/document.ts'
import { bodiesOf } from './bodies.ts'
import type { Case } from './cases.ts'
import { stamp, type Template } from './life/template.ts'
import { EVENTS, Poster, SPANS, SPANS_JSON } from './post.ts'

export interface LoadOrder {
  url: string
  case: Case
  items: number
  /** Requests that are under way at once. */
  connections: number
}

export interface LoadResult {
  items: number
  bytes: number
  seconds: number
  /** Milliseconds from sending a request to its acknowledgement. */
  p50: number
  p99: number
}

const KINDS = { events: EVENTS, 'spans, protobuf': SPANS, 'spans, JSON': SPANS_JSON }

/** All ids but those of events stay as they were made. */
const NO_MASK = new Uint8Array(16)

process.once('message', (order: LoadOrder) => {
  const bodies = bodiesOf(order.case, order.items)
  process.send!({ ready: true })
  process.once('message', () => {
    void send(order, bodies).then((result) => process.send!(result, () => process.disconnect()))
  })
})

async function send(
  { url, case: { format, gzip }, connections }: LoadOrder,
  bodies: Template[],
): Promise<LoadResult> {
  const poster = new Poster(url, connections)
  const latencies: number[] = []
  let next = 0
  let bytes = 0
  const from = performance.now()
  const loops = Array.from({ length: connections }, async () => {
    while (next < bodies.length) {
      const plain = stamp(bodies[next++]!, NO_MASK, Date.now())
      const body = gzip ? gzipSync(plain, { level: 1 }) : plain
      bytes += body.length
      latencies.push(await poster.post(KINDS[format], body, gzip))
    }
  })
  await Promise.all(loops)
  const seconds = (performance.now() - from) / 1000
  poster.end()
  return {
    items: bodies.reduce((sum, body) => sum + body.items, 0),
    bytes,
    seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}
