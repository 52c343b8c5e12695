import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EventQuery, ServedEvent } from '../store/events.ts'
import type { Commit, Store } from '../store/store.ts'
import { LiveFeed } from './feed.ts'
import { HEARTBEAT_MS, STALLED_MS, streamEvents } from './stream.ts'

const cursorOf = (n: number) => `01KGA5ZJ40${String(n).padStart(16, '0')}`

/** A store that only commits and pages. */
function memoryStore(size: number) {
  const events: ServedEvent[] = []
  const listeners = new Set<(commit: Commit) => void>()
  const watermark = () => cursorOf(events.length)
  const store = {
    watermark,
    watch(listener: (commit: Commit) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async events({ cursor = '', limit, maxBytes = 0 }: EventQuery) {
      const found = events.filter((event) => event.cursor > cursor)
      const page = found.slice(0, Math.min(limit, Math.ceil(maxBytes / size)))
      return { events: page, hasMore: found.length > page.length, next: page.at(-1)?.cursor ?? watermark() }
    },
  } as unknown as Store
  function commit(count: number): void {
    const after = watermark()
    const added = Array.from({ length: count }, () => {
      const cursor = cursorOf(events.length + 1)
      const served = {
        cursor,
        source: 'shop',
        type: 'x',
        json: JSON.stringify({ pad: 'x'.repeat(size), cursor }),
      }
      events.push(served)
      return served
    })
    for (const listener of listeners) listener({ watermark: watermark(), events: added, after })
  }
  return { store, commit }
}

/** A client of a stream that does not read yet. */
async function quietClient(store: Store) {
  const stop = new AbortController()
  const server = createServer((_request, answer) => {
    void streamEvents(new LiveFeed(() => store), answer, { start: 'now', filter: {}, stop: stop.signal })
  })
  onTestFinished(() => {
    stop.abort()
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
  return { socket, response }
}

test('a client that does not read is not buffered for, and misses nothing when it reads on', async () => {
  const { store, commit } = memoryStore(50_000)
  const { socket, response } = await quietClient(store)

  // 40 MB, five times what the ring holds.
  for (let round = 0; round < 80; round++) {
    commit(10)
    await new Promise(setImmediate)
    expect(response.writableLength).toBeLessThan(400_000)
  }
  const chunks: string[] = []
  let tail = ''
  const last = `id: ${cursorOf(800)}\n`
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.push(chunk)
    tail = (tail + chunk).slice(-200_000)
  })
  socket.resume()
  while (!tail.includes(last)) await once(socket, 'data')
  const text = chunks.join('')
  const ids = [...text.matchAll(/^id: (.*)\ndata: /gm)].map((match) => match[1])
  expect(ids).toEqual(Array.from({ length: 800 }, (_, index) => cursorOf(index + 1)))
})

test('a client that takes nothing for half a minute is cut off', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { store, commit } = memoryStore(50_000)
  const { response } = await quietClient(store)
  // What goes on being full is full down to the client.
  for (let full = 0; full < 20; full = response.writableNeedDrain ? full + 1 : 0) {
    commit(10)
    await new Promise(setImmediate)
  }
  await vi.advanceTimersByTimeAsync(STALLED_MS - 1)
  expect(response.destroyed).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(response.destroyed).toBe(true)
})

test('a quiet stream has heartbeats, which say from where to resume', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const { store, commit } = memoryStore(10)
  commit(7)
  const { socket } = await quietClient(store)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  socket.resume()
  while (!text.includes(`id: ${cursorOf(7)}\n\n`)) await once(socket, 'data')
  vi.advanceTimersByTime(HEARTBEAT_MS)
  while (!text.includes(': heartbeat\n\n')) await once(socket, 'data')
  expect(text).not.toContain('data:')
})
