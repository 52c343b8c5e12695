import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import fc from 'fast-check'
import { newEventId } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { collectorForTest, event, type Json, type TestCollector } from './testing/collector.ts'
import { ODD_EVENTS, ODD_REQUESTS } from './testing/odd-otlp.ts'
import { exportOf } from './testing/spans.ts'

type Signal = 'traces' | 'logs' | 'metrics' | 'events'

async function exported(hub: TestCollector, signal: Signal, query = ''): Promise<string[]> {
  const response = await fetch(`${hub.url}/api/v1/export?signal=${signal}${query}`)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
  return (await response.text()).split('\n').slice(0, -1)
}

async function send(hub: TestCollector, signal: Signal, lines: string[]): Promise<void> {
  if (signal === 'events') {
    if (lines.length === 0) return
    const headers = { 'content-type': 'application/x-ndjson' }
    expect((await hub.post('/api/v1/hub/events', lines.join('\n'), headers)).body.rejected).toEqual([])
  } else {
    for (const line of lines) expect((await hub.post(`/v1/${signal}`, line)).body).toEqual({})
  }
}

/** Every item with its resource and scope, in no order. */
function items(lines: string[]): string[] {
  return lines
    .flatMap((line) => {
      const given = JSON.parse(line) as Json
      const [resources] = Object.entries(given).filter(([key]) => key.startsWith('resource'))
      if (!resources) return [line]
      return (resources[1] as Json[]).flatMap(({ resource, ...scopes }) =>
        (Object.values(scopes)[0] as Json[]).flatMap(({ scope, ...list }) =>
          (Object.values(list)[0] as Json[]).map((item) => JSON.stringify({ resource, scope, item })),
        ),
      )
    })
    .toSorted()
}

test.each(['traces', 'logs', 'metrics'] as const)(
  '%s come back as they were, whatever is in them',
  async (signal) => {
    const first = await collectorForTest()
    const second = await collectorForTest()
    await fc.assert(
      fc.asyncProperty(fc.array(ODD_REQUESTS[signal], { maxLength: 3 }), async (requests) => {
        await send(
          first,
          signal,
          requests.map((request) => JSON.stringify(request)),
        )
      }),
      { numRuns: 15 },
    )
    const lines = await exported(first, signal)
    expect(items(lines).length).toBeGreaterThan(0)
    await send(second, signal, lines)
    expect(items(await exported(second, signal))).toEqual(items(lines))
  },
)

test('events come back as they were, whatever is in them', async () => {
  const first = await collectorForTest()
  const second = await collectorForTest()
  await fc.assert(
    fc.asyncProperty(ODD_EVENTS, async (events) =>
      send(
        first,
        'events',
        events.map((each) => JSON.stringify(each)),
      ),
    ),
    { numRuns: 15 },
  )
  const lines = await exported(first, 'events')
  expect(lines.length).toBeGreaterThan(20)
  await send(second, 'events', lines)
  expect(await exported(second, 'events')).toEqual(lines)
})

test('what is exported is what was sent: ids, nanoseconds, bytes and numbers to the last digit', async () => {
  const hub = await collectorForTest()
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: '1769860800123456789',
    endTimeUnixNano: '9223372036854775807',
    attributes: [
      { key: 'raw', value: { bytesValue: 'AP+A' } },
      { key: 'big', value: { intValue: '-9223372036854775808' } },
      { key: 'none', value: { doubleValue: 'NaN' } },
      { key: 'minus', value: { doubleValue: '-0' } },
    ],
    links: [{ traceId: '0af7651916cd43dd8448eb211c80319d', spanId: 'b7ad6b7169203332' }],
    status: { code: 2 },
  }
  const scope = { name: 'http' }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const request = { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] }
  await hub.post('/v1/traces', request)
  expect((await exported(hub, 'traces')).map((line) => JSON.parse(line))).toEqual([request])
  const sent = event({ id: 'order-1', payload: { received_at: 'never', n: 1.5 } })
  await hub.events(sent)
  const [line] = await exported(hub, 'events')
  expect(JSON.parse(line!)).toEqual({ ...sent, version: 1 })
})

test('imported again, events and spans stay what they were, in open parts and sealed ones', async () => {
  const hub = await collectorForTest({ limits: { partRows: 20 } })
  for (let round = 0; round < 5; round++) {
    const spans = Array.from({ length: 15 }, (_, n) => ({
      service: 'shop',
      id: n + 1,
      trace: round * 100 + (n % 3) + 1,
    }))
    await hub.post('/v1/traces', exportOf(...spans))
    await hub.events(Array.from({ length: 15 }, () => event({ id: newEventId() })))
  }
  for (const signal of ['traces', 'events'] as const) {
    const lines = await exported(hub, signal)
    for (let again = 0; again < 2; again++) await send(hub, signal, lines)
    expect(items(await exported(hub, signal)), signal).toEqual(items(lines))
    expect(items(lines).length, signal).toBe(75)
  }
})

test('only what is asked for: a service, a time', async () => {
  const hub = await collectorForTest()
  const at = Date.UTC(2026, 0, 31)
  const span = (service: string, id: number) => ({ service, id, trace: id, start: at + id * 1000 })
  await hub.post('/v1/traces', exportOf(span('shop', 1), span('shop', 2), span('billing', 3)))
  await hub.events(
    [1, 2, 3].map((n) =>
      event({
        id: `e-${n}`,
        source: n === 3 ? 'billing' : 'shop',
        occurred_at: new Date(at + n * 1000).toISOString(),
      }),
    ),
  )
  const [from, until] = [new Date(at + 2000).toISOString(), new Date(at + 3000).toISOString()]
  for (const [query, count] of [
    ['&service=shop', 2],
    [`&since=${from}`, 2],
    [`&since=${from}&until=${until}`, 1],
    [`&source=billing&until=${until}`, 0],
    ['&service=nobody', 0],
  ] as const) {
    for (const signal of ['traces', 'events'] as const) {
      expect(items(await exported(hub, signal, query)).length, `${signal} ${query}`).toBe(count)
    }
  }
  const refused = async (query: string) => (await hub.get(`/api/v1/export?${query}`)).body
  expect(await refused('signal=spans')).toMatchObject({
    error: 'invalid_parameter',
    message: expect.stringContaining('traces or logs'),
  })
  expect((await refused('signal=traces&cursor=x')).message).toContain('next_cursor of an export of traces')
  expect((await refused('signal=traces&service=a&source=b')).message).toContain('give one')
})

test.each(['traces', 'events'] as const)(
  'an export of %s that was cut off goes on by its cursor, and ends where it began to',
  async (signal) => {
    const hub = await collectorForTest({ limits: { partRows: 500 } })
    const fill = async (round: number): Promise<void> => {
      if (signal === 'events') {
        await hub.events(
          Array.from({ length: 200 }, (_, n) =>
            event({ id: `e-${round}-${n}`, payload: { pad: 'x'.repeat(2000) } }),
          ),
        )
      } else {
        const spans = Array.from({ length: 200 }, (_, n) => ({
          service: 'shop',
          id: n + 1,
          trace: round + 1,
          attributes: { pad: 'x'.repeat(2000) },
        }))
        await hub.post('/v1/traces', exportOf(...spans))
      }
    }
    for (let round = 0; round < 10; round++) await fill(round)
    const whole = items(await exported(hub, signal))
    expect(whole.length).toBe(2000)

    const got: string[] = []
    let cursor: string | null = ''
    let cuts = 0
    while (cursor !== null) {
      const response = await fetch(`${hub.url}/api/v1/export?signal=${signal}&cursors=true&cursor=${cursor}`)
      const body = Readable.fromWeb(response.body as ReadableStream)
      // Cut off behind a cursor: whatever has come of what follows it comes again.
      for await (const line of createInterface(body)) {
        if (!line.startsWith('{"next_cursor"')) {
          got.push(line)
          continue
        }
        cursor = (JSON.parse(line) as Json).next_cursor as string | null
        if (cursor === null || cuts === 3) continue
        cuts++
        await fill(100 + cuts)
        break
      }
      body.destroy()
    }
    expect(cuts).toBe(3)
    expect([...new Set(items(got))]).toEqual(whole)
  },
)

test('a token that is bound to a source exports its own', async () => {
  const hub = await collectorForTest({ tokens: 'read:shop:mine,ingest:*:in,admin:*:all' })
  const as = (token: string) => ({ authorization: `Bearer ${token}` })
  await hub.events([event({ id: 'mine' }), event({ id: 'theirs', source: 'billing' })], as('in'))
  const own = await fetch(`${hub.url}/api/v1/export?signal=events`, { headers: as('mine') })
  expect((await own.text()).match(/"id":"\w+"/g)).toEqual(['"id":"mine"'])
  expect((await hub.get('/api/v1/export?signal=events&service=billing', as('mine'))).status).toBe(403)
  expect((await hub.get('/api/v1/export?signal=events', as('in'))).status).toBe(403)
})
