// A process that sends: `process.send` tells when its bodies are made, what it is told then starts it.
import { Agent, request } from 'node:http'
import { bodiesOf, type Body } from './bodies.ts'
import type { Case } from './cases.ts'

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

const PATHS = { events: '/api/v1/hub/events', 'spans, protobuf': '/v1/traces', 'spans, JSON': '/v1/traces' }
const TYPES = {
  events: 'application/x-ndjson',
  'spans, protobuf': 'application/x-protobuf',
  'spans, JSON': 'application/json',
}

process.once('message', (order: LoadOrder) => {
  const bodies = bodiesOf(order.case, order.items)
  process.send!({ ready: true })
  process.once('message', () => {
    void send(order, bodies).then((result) => process.send!(result, () => process.disconnect()))
  })
})

async function send(
  { url, case: { format, gzip }, connections }: LoadOrder,
  bodies: Body[],
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const headers = { 'content-type': TYPES[format], ...(gzip && { 'content-encoding': 'gzip' }) }
  const latencies: number[] = []
  let next = 0
  const post = ({ bytes }: Body) =>
    new Promise<void>((resolve, reject) => {
      const from = performance.now()
      const sending = request(
        url + PATHS[format],
        { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => (text += part))
          response.on('end', () => {
            latencies.push(performance.now() - from)
            if (response.statusCode === 200) resolve()
            else reject(new Error(`${response.statusCode}: ${text}`))
          })
        },
      )
      sending.on('error', reject).end(bytes)
    })
  const from = performance.now()
  const loops = Array.from({ length: connections }, async () => {
    while (next < bodies.length) await post(bodies[next++]!)
  })
  await Promise.all(loops)
  const seconds = (performance.now() - from) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  return {
    items: bodies.reduce((sum, body) => sum + body.items, 0),
    bytes: bodies.reduce((sum, body) => sum + body.bytes.length, 0),
    seconds,
    p50: latencies[Math.floor(latencies.length * 0.5)]!,
    p99: latencies[Math.floor(latencies.length * 0.99)]!,
  }
}
