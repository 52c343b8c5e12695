import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, event, type TestCollector, type Json } from './testing/collector.ts'

interface Message {
  id: string
  event: Json
}

/** Reads a live stream message by message. */
async function open(hub: TestCollector, query = '', headers: Record<string, string> = {}) {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(`${hub.url}/api/v1/stream${query}`, { headers, signal: stop.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const messages = parse(response.body!)
  return {
    async take(count: number): Promise<Message[]> {
      const taken: Message[] = []
      while (taken.length < count) {
        const { value, done } = await messages.next()
        if (done) break
        taken.push(value)
      }
      return taken
    },
    close: () => stop.abort(),
  }
}

async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const id = /^id: (.*)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (id !== undefined && data !== undefined) yield { id, event: JSON.parse(data) }
    }
  }
}

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => event({ payload: { n: from + index } }))
const numbers = (messages: Message[]) => messages.map((message) => message.event.payload.n)

test('new events arrive with their cursor as id', async () => {
  const hub = await collectorForTest()
  await hub.events(numbered(0, 3))
  const stream = await open(hub)
  await hub.events(numbered(3, 2))
  const messages = await stream.take(2)
  expect(numbers(messages)).toEqual([3, 4])
  const stored = await hub.allEvents()
  expect(messages.map((message) => message.event)).toEqual(stored.slice(3))
  expect(messages.map(({ id }) => id)).toEqual(stored.slice(3).map(({ cursor }) => cursor))
})

test('Last-Event-ID resumes from the store and goes on live, without gap or repeat', async () => {
  const hub = await collectorForTest()
  await hub.events(numbered(0, 500))
  const first = await open(hub, '?since=2020-01-01')
  const seen = await first.take(137)
  first.close()
  const writing = (async () => {
    for (let from = 500; from < 900; from += 20) await hub.events(numbered(from, 20))
  })()
  const second = await open(hub, '', { 'last-event-id': seen.at(-1)!.id })
  seen.push(...(await second.take(900 - 137)))
  await writing
  expect(numbers(seen)).toEqual(Array.from({ length: 900 }, (_, index) => index))
})

test('filters hold for what is stored and for what comes', async () => {
  const hub = await collectorForTest()
  await hub.events([event({ source: 'a', type: 'x' }), event({ source: 'b', type: 'x' })])
  const stream = await open(hub, '?since=2020-01-01&source=b&type=x')
  expect((await stream.take(1))[0]!.event.source).toBe('b')
  await hub.events([
    event({ source: 'b', type: 'y' }),
    event({ source: 'a', type: 'x' }),
    event({ source: 'b', type: 'x', id: 'end' }),
  ])
  expect((await stream.take(1))[0]!.event.id).toBe('end')
})

test('many streams each get everything', async () => {
  const hub = await collectorForTest()
  const streams = await Promise.all(Array.from({ length: 8 }, () => open(hub)))
  await hub.events(numbered(0, 50))
  await hub.events(numbered(50, 50))
  for (const stream of streams) expect(numbers(await stream.take(100))).toEqual([...Array(100).keys()])
})

test('closing the collector ends the streams', async () => {
  const hub = await collectorForTest()
  const stream = await open(hub)
  await hub.collector.close()
  expect(await stream.take(1)).toEqual([])
})

test('a Last-Event-ID that is none is refused', async () => {
  const hub = await collectorForTest()
  expect((await hub.get('/api/v1/stream', { 'last-event-id': 'nonsense' })).status).toBe(400)
})
