import { expect, test } from 'vitest'
import { collectorForTest, event } from './testing/collector.ts'
import { openStream, type Message } from './testing/event-stream.ts'

const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => event({ payload: { n: from + index } }))
const numbers = (messages: Message[]) => messages.map((message) => message.event.payload.n)

test('new events arrive with their cursor as id', async () => {
  const hub = await collectorForTest()
  await hub.events(numbered(0, 3))
  const stream = await openStream(hub)
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
  const first = await openStream(hub, '?since=2020-01-01')
  const seen = await first.take(137)
  first.close()
  const writing = (async () => {
    for (let from = 500; from < 900; from += 20) await hub.events(numbered(from, 20))
  })()
  const second = await openStream(hub, '', { 'last-event-id': seen.at(-1)!.id })
  seen.push(...(await second.take(900 - 137)))
  await writing
  expect(numbers(seen)).toEqual(Array.from({ length: 900 }, (_, index) => index))
})

test('filters hold for what is stored and for what comes', async () => {
  const hub = await collectorForTest()
  await hub.events([event({ source: 'a', type: 'x' }), event({ source: 'b', type: 'x' })])
  const stream = await openStream(hub, '?since=2020-01-01&source=b&type=x')
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
  const streams = await Promise.all(Array.from({ length: 8 }, () => openStream(hub)))
  await hub.events(numbered(0, 50))
  await hub.events(numbered(50, 50))
  for (const stream of streams) expect(numbers(await stream.take(100))).toEqual([...Array(100).keys()])
})

test('closing the collector ends the streams', async () => {
  const hub = await collectorForTest()
  const stream = await openStream(hub)
  await hub.collector.close()
  expect(await stream.take(1)).toEqual([])
})

test('a Last-Event-ID that is none is refused', async () => {
  const hub = await collectorForTest()
  const { status, body } = await hub.get('/api/v1/hub/stream', { 'last-event-id': 'nonsense' })
  expect([status, body.error]).toEqual([400, 'invalid_parameter'])
  expect(body.message).toContain('"nonsense"')
})

test('where a list in the order of commit ends, the stream goes on; a cursor of the other order is refused', async () => {
  const hub = await collectorForTest()
  await hub.events(numbered(0, 5))
  const page = (order: string) => hub.get(`/api/v1/hub/events?limit=3&order=${order}`)
  const stream = await openStream(hub, `?cursor=${(await page('asc')).body.next_cursor}`)
  expect(numbers(await stream.take(2))).toEqual([3, 4])
  const other = (await page('desc')).body.next_cursor
  expect((await hub.get(`/api/v1/hub/stream?cursor=${other}`)).body.message).toContain('order desc')
})

test('Last-Event-ID goes before the cursor of the address, as a browser repeats that', async () => {
  const hub = await collectorForTest()
  await hub.events(numbered(0, 5))
  const [first, , , fourth] = await hub.allEvents()
  const stream = await openStream(hub, `?cursor=${first.cursor}`, { 'last-event-id': fourth.cursor })
  expect(numbers(await stream.take(1))).toEqual([4])
})

test('who has had no event yet can resume all the same', async () => {
  const hub = await collectorForTest()
  await hub.events(numbered(0, 3))
  const first = await openStream(hub, '?source=nobody')
  await hub.events(numbered(3, 1))
  const other = await openStream(hub)
  await hub.events(numbered(4, 1))
  await other.take(1)
  const waiting = first.take(1)
  // The id comes before any event.
  while (first.lastId() === '') await new Promise(setImmediate)
  const resumed = await openStream(hub, '', { 'last-event-id': first.lastId() })
  expect(numbers(await resumed.take(2))).toEqual([3, 4])
  await hub.events(event({ source: 'nobody' }))
  expect((await waiting).length).toBe(1)
})

test('a bound token hears its own source alone, live and stored', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:*:in,read:shop:own' })
  const send = (source: string, n: number) =>
    hub.events(event({ source, payload: { n } }), { authorization: 'Bearer in' })
  const own = { authorization: 'Bearer own' }
  await send('other', 0)
  await send('shop', 1)
  const stream = await openStream(hub, '?since=2020-01-01&type=shop.*', own)
  await send('other', 2)
  await send('shop', 3)
  expect(numbers(await stream.take(2))).toEqual([1, 3])
  const refused = await hub.get('/api/v1/hub/stream?source=other', own)
  expect([refused.status, refused.body.error]).toEqual([403, 'source_mismatch'])
})
