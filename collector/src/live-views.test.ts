import { expect, onTestFinished, test } from 'vitest'
import { collectorForTest, event, type Json, type TestCollector } from './testing/collector.ts'

/** Opens views on one connection; gives the next message of the stream each time. */
async function openViews(hub: TestCollector, ...views: string[]): Promise<() => Promise<Json>> {
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const query = new URLSearchParams()
  for (const view of views) query.append('view', view)
  const response = await fetch(`${hub.url}/api/v1/live?${query.toString()}`, { signal: stop.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const messages = parse(response.body!.values())
  return async () => (await messages.next()).value
}

async function* parse(body: AsyncIterable<Uint8Array>): AsyncGenerator<Json, void> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}

const ids = (message: Json): number[] => message.events.map(({ payload }: Json) => payload.n)

test('several views share a connection, each with its filter, and each goes on where it was', async () => {
  const hub = await collectorForTest()
  const send = (...sent: [source: string, n: number][]) =>
    hub.events(sent.map(([source, n]) => event({ source, payload: { n } })))
  await send(['shop', 0])
  const next = await openViews(hub, 'source=shop', 'source=billing&most=100')
  const begun = [await next(), await next()]
  expect(begun).toMatchObject([
    { view: 0, events: [], more: 0 },
    { view: 1, events: [], more: 0 },
  ])
  await send(['shop', 1], ['other', 2], ['billing', 3], ['shop', 4])
  const told = [await next(), await next()].toSorted((a, b) => a.view - b.view)
  expect(told.map(ids)).toEqual([[1, 4], [3]])
  await send(['shop', 5], ['billing', 6])

  const again = await openViews(
    hub,
    `source=shop&cursor=${told[0].position}`,
    `source=billing&cursor=${begun[1].position}`,
  )
  const resumed: number[][] = [[], []]
  while (resumed.flat().length < 3) {
    const message = await again()
    resumed[message.view]!.push(...ids(message))
  }
  expect(resumed).toEqual([[5], [3, 6]])
})

test('of more events than somebody can read the others are counted', async () => {
  const hub = await collectorForTest()
  const next = await openViews(hub, 'most=10')
  await next()
  const sent = Array.from({ length: 500 }, (_, n) => event({ payload: { n } }))
  await hub.events([
    ...sent,
    event({ type: 'ErrorReported', payload: { message: 'x', n: 500 } }),
    ...sent.slice(0, 9),
  ])
  let [events, more] = [[] as Json[], 0]
  while (events.length + more < 510) {
    const message = await next()
    events = [...events, ...message.events]
    more += message.more
  }
  expect(events.length + more).toBe(510)
  expect(events.length).toBeLessThan(60)
  expect(events.map(({ payload }) => payload.n)).toContain(500)
})

test('a view of log records counts those that are stored, and goes on counting where it was', async () => {
  const hub = await collectorForTest()
  const store = (count: number) => {
    const logRecords = Array.from({ length: count }, () => ({ body: { stringValue: 'said' } }))
    return hub.post('/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
  }
  await store(2)
  const next = await openViews(hub, 'signal=logs', '')
  const begun = [await next(), await next()].find(({ view }) => view === 0)
  expect(begun).toEqual({ view: 0, events: [], more: 0, position: '2' })
  await store(3)
  expect(await next()).toEqual({ view: 0, events: [], more: 3, position: '5' })
  await store(1)
  const again = await openViews(hub, 'signal=logs&cursor=5')
  expect(await again()).toEqual({ view: 0, events: [], more: 1, position: '6' })
})

test('a view that cannot be keeps no other one from being told', async () => {
  const hub = await collectorForTest()
  const next = await openViews(hub, 'min_severity=loud', 'source=shop')
  const told = [await next(), await next()].toSorted((a, b) => a.view - b.view)
  expect(told).toMatchObject([
    { view: 0, error: expect.stringContaining('min_severity is "loud"') },
    { view: 1, events: [] },
  ])
  await hub.events(event({ source: 'shop', payload: { n: 1 } }))
  expect(ids(await next())).toEqual([1])
})

test('a view that cannot be is refused by name, and so is one of another source', async () => {
  const hub = await collectorForTest({ tokens: 'ingest:*:send-all,read:shop:look-shop' })
  const ask = async (view: string) => {
    const { status, body } = await hub.get(`/api/v1/live?view=${encodeURIComponent(view)}`, {
      authorization: 'Bearer look-shop',
    })
    return [status, body.message]
  }
  expect(await ask('colour=red')).toEqual([400, expect.stringContaining('colour is not known here')])
  expect(await ask('most=1')).toEqual([400, expect.stringContaining('most is "1"')])
  expect(await ask('source=billing')).toEqual([403, expect.stringContaining('bound to the source "shop"')])
  expect(await ask('signal=logs')).toEqual([403, expect.stringContaining('bound to "shop"')])
  expect(await ask('signal=sounds')).toEqual([400, expect.stringContaining('signal is "sounds"')])
  const many = Array.from({ length: 17 }, () => 'view=').join('&')
  expect((await hub.get(`/api/v1/live?${many}`, { authorization: 'Bearer look-shop' })).status).toBe(400)
})
