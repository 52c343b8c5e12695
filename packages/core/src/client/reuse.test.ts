import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { world } from './test-receiver.ts'

const EVENTS = 6000
const LIMIT_BYTES = 60_000

/** Of any length, and told from all others by each of its characters. */
const noteOf = (n: number): string => `${n}|`.repeat(1 + ((n * 7919) % 90))

it('sends each event as it is, once, from memory that is used again and again', async () => {
  const seen = new Set<number>()
  const broken: string[] = []
  const held: (() => void)[] = []
  let [posts, halved, failed] = [0, 0, 0]
  /** Answers come late, and in another order than the requests. */
  const later = (answer: () => void): void => {
    held.push(answer)
    if (held.length >= 3) held.splice(posts % 3, 1)[0]!()
    else setImmediate(() => held.shift()?.())
  }
  const take = (response: ServerResponse, lines: string[]): void => {
    for (const line of lines) {
      const n = Number(/"n":(\d+),/.exec(line)?.[1])
      if (seen.has(n) || !line.includes(`"note":"${noteOf(n)}"}`) || !line.endsWith('}')) broken.push(line)
      seen.add(n)
    }
    response.writeHead(200).end(`{"accepted":${lines.length}}`)
  }
  const { open } = await world(
    ({ url, headers }, response, lines) => {
      if (!url!.endsWith('/events')) return void response.writeHead(404).end()
      posts++
      if (Number(headers['content-length']) > LIMIT_BYTES) {
        halved++
        return later(() => response.writeHead(413).end())
      }
      if (posts % 5 === 0) {
        failed++
        return later(() => response.destroy())
      }
      later(() => take(response, lines))
    },
    { dialect: 'hubline', batchSize: 200, heartbeatInterval: 0, maxRetries: 10, breakerThreshold: 1000 },
  )
  const hub = open()
  for (let n = 0; n < EVENTS; n++) {
    hub.event('shop.note', { n, note: noteOf(n) }, n % 13 === 0 ? { priority: 'high' } : {})
    if (n % 150 === 0) await new Promise(setImmediate)
  }
  while (hub.stats().events!.delivered < EVENTS) await hub.flush()
  expect(broken).toEqual([])
  expect(seen.size).toBe(EVENTS)
  expect([posts, halved, failed].map((count) => count > 1)).toEqual([true, true, true])
  expect(hub.stats().events).toMatchObject({ accepted: EVENTS, delivered: EVENTS, dropped: {} })
})
