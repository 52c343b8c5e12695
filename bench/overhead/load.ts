// A process that asks: as fast as it is answered, by autocannon, or at a rate of its own.
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import autocannon, { type Result } from 'autocannon'

export interface LoadOrder {
  url: string
  seconds: number
  /** Requests a second, evenly spread; as many as are answered when absent. */
  rate?: number
}

export interface LoadResult {
  answered: number
  /** What was not answered by 200. */
  failed: number
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
}

const CONNECTIONS = 32

process.on('message', (order: LoadOrder) => {
  const sending = order.rate === undefined ? flood(order) : pace(order, order.rate)
  void sending.then((result) => process.send!(result))
})
process.once('disconnect', () => process.exit())

async function flood({ url, seconds }: LoadOrder): Promise<LoadResult> {
  const times: number[] = []
  const running = autocannon({ url, connections: CONNECTIONS, duration: seconds }, () => undefined)
  running.on('response', (_client, _status, _bytes, ms) => times.push(ms))
  const from = performance.now()
  const [{ non2xx, errors, timeouts }] = (await once(running, 'done')) as [Result]
  const took = (performance.now() - from) / 1000
  return { ...percentiles(times), failed: non2xx + errors + timeouts, seconds: took }
}

/** The rate of autocannon is a burst at the beginning of each second, which says little of how long one request takes. */
async function pace({ url, seconds }: LoadOrder, rate: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const times: number[] = []
  const waiting: Promise<void>[] = []
  let failed = 0
  const ask = () =>
    new Promise<void>((resolve) => {
      const from = performance.now()
      const end = (good: boolean) => {
        if (good) times.push(performance.now() - from)
        else failed++
        resolve()
      }
      get(url, { agent }, (response) => {
        response.resume().on('end', () => end(response.statusCode === 200))
      }).on('error', () => end(false))
    })
  const from = performance.now()
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(seconds, (performance.now() - from) / 1000) * rate
      while (waiting.length < due) waiting.push(ask())
      if (waiting.length < seconds * rate) return
      clearInterval(timer)
      resolve()
    }, 1)
  })
  await Promise.all(waiting)
  const took = (performance.now() - from) / 1000
  agent.destroy()
  return { ...percentiles(times), failed, seconds: took }
}

function percentiles(times: number[]): Pick<LoadResult, 'answered' | 'p50' | 'p99'> {
  const sorted = Float64Array.from(times).sort()
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { answered: sorted.length, p50: at(0.5), p99: at(0.99) }
}
