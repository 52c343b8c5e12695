import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { ServedEvent } from '../store/events.ts'
import type { Commit, Store } from '../store/store.ts'
import { LiveFeed } from './feed.ts'
import { streamEvents } from './stream.ts'

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
    async events({ cursor = '', limit }: { cursor?: string; limit: number }) {
      const found = events.filter((event) => event.cursor > cursor)
      const page = found.slice(0, limit)
      return { events: page, hasMore: found.length > limit, next: page.at(-1)?.cursor ?? watermark() }
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

test('a client that does not read is not buffered for, and misses nothing when it reads on', async () => {
  const { store, commit } = memoryStore(50_000)
  const stop = new AbortController()
  const responses: ServerResponse[] = []
  const server = createServer((_request, response) => {
    responses.push(response)
    void streamEvents(new LiveFeed(() => store), response, { start: 'now', filter: {}, stop: stop.signal })
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
  await once(server, 'request')

  // 40 MB, five times what the ring holds.
  for (let round = 0; round < 80; round++) {
    commit(10)
    await new Promise(setImmediate)
    expect(responses[0]!.writableLength).toBeLessThan(400_000)
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
  const ids = [...text.matchAll(/^id: (.*)$/gm)].map((match) => match[1])
  expect(ids).toEqual(Array.from({ length: 800 }, (_, index) => cursorOf(index + 1)))
})
