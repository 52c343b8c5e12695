import { once } from 'node:events'
import { connect } from 'node:net'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import { LIMITS } from './config/limits.ts'
import { collectorForFile, collectorForTest, event } from './testing/collector.ts'

const plain = collectorForFile({ limits: { bodyBytes: 100_000 } })
const batch = [event(), event()]
const text = JSON.stringify(batch)

test.each([
  ['gzip', gzipSync(text)],
  ['gzip', Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))])],
  ['deflate', deflateSync(text)],
  ['zstd', zstdCompressSync(text)],
  ['identity', Buffer.from(text)],
])('%s is understood', async (encoding, body) => {
  const { body: answer } = await plain().events(body, { 'content-encoding': encoding })
  expect(answer).toMatchObject({ accepted: 2 })
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['zstd', zstdCompressSync],
])('a %s bomb is stopped while it inflates', async (encoding, compress) => {
  const hub = plain()
  const bomb = compress(Buffer.alloc(50_000_000, ' '))
  expect(bomb.byteLength).toBeLessThan(100_000)
  const { status, body } = await hub.events(bomb, { 'content-encoding': encoding })
  expect([status, body.error]).toEqual([413, 'body_too_large'])
  expect((await hub.events(event())).status).toBe(201)
})

test('a body over the limit is refused, announced or not', async () => {
  const hub = await collectorForTest({ limits: { bodyBytes: 10_000 } })
  const large = event({ payload: { pad: 'x'.repeat(20_000) } })
  expect((await hub.events(large)).status).toBe(413)
  const response = await fetch(`${hub.url}/api/v1/hub/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: new Blob([JSON.stringify(large)]).stream(),
    duplex: 'half',
  } as RequestInit)
  expect(response.status).toBe(413)
  await response.arrayBuffer()
})

test.each(['gzip', 'deflate', 'zstd'])(
  '%s that is broken or ends early is a bad request',
  async (encoding) => {
    const compress = { gzip: gzipSync, deflate: deflateSync, zstd: zstdCompressSync }[encoding]!
    for (const body of [Buffer.from('not compressed'), compress(text).subarray(0, -6)]) {
      const answer = await plain().events(body, { 'content-encoding': encoding })
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_encoding'])
    }
  },
)

test('a batch and an event have limits of their own', async () => {
  const hub = await collectorForTest()
  const many = await hub.events(
    `[${Array(LIMITS.batchEvents.value + 1)
      .fill('0')
      .join()}]`,
  )
  expect([many.status, many.body.error]).toEqual([413, 'batch_too_large'])
  const heavy = await hub.events([event({ payload: { pad: 'x'.repeat(1_100_000) } }), event()])
  expect(heavy.body).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, errors: { payload: [expect.stringContaining(String(LIMITS.eventBytes.value))] } }],
  })
  const wide = await hub.events([event({ payload: { pad: '€'.repeat(400_000) } })])
  expect(wide.body.rejected[0].message).toMatch(/makes the event 1200\d{3} bytes/)
  const deep = (levels: number): string =>
    JSON.stringify(event({ payload: 0 })).replace(
      '"payload":0',
      `"payload":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
    )
  expect((await hub.events(deep(LIMITS.payloadLevels.value))).status).toBe(201)
  const one = await hub.events(`[${deep(LIMITS.payloadLevels.value + 1)},${JSON.stringify(event())}]`)
  expect(one.body).toMatchObject({ accepted: 1, rejected: [{ index: 0 }] })
  expect(one.body.rejected[0].errors.payload).toEqual([expect.stringContaining('levels deep')])
  const all = await hub.events(deep(LIMITS.jsonLevels.value + 1))
  expect([all.status, all.body.error]).toEqual([400, 'invalid_json'])
})

const heavy = (overrides: object) => event({ payload: { pad: 'x'.repeat(1000) }, ...overrides })

test('bodies that are still coming are bounded together, and what ended gives its bytes back', async () => {
  const hub = await collectorForTest({ limits: { readingBytes: 3000 } })
  const head = `POST /api/v1/hub/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`
  const slow = connect(hub.collector.port, '127.0.0.1')
  const text = JSON.stringify(heavy({}))
  const long = `${text}${' '.repeat(2500 - text.length)}`
  slow.write(`${head}content-length: ${long.length}\r\nconnection: close\r\n\r\n${long.slice(0, -1)}`)
  const refused = await vi.waitFor(async () => {
    const answer = await hub.events(heavy({}))
    expect(answer.status).toBe(503)
    return answer
  }, 15_000)
  expect(refused.body.error).toBe('overloaded')
  expect(refused.headers.get('retry-after')).toMatch(/^[123]$/)
  let answer = ''
  slow.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
  slow.write(' ')
  await once(slow, 'close')
  expect(answer).toContain('HTTP/1.1 201 ')
  expect((await hub.events(heavy({}))).status).toBe(201)
})

test.each(['identity', 'gzip'])(
  'a body that trickles makes room when others find none, as %s',
  async (encoding) => {
    const hub = await collectorForTest({ limits: { readingBytes: 3000, readingPatienceMs: 0 } })
    const head = `POST /api/v1/hub/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`
    const slow = connect(hub.collector.port, '127.0.0.1')
    let answer = ''
    // It writes on after the other end has closed.
    slow.on('error', () => undefined)
    slow.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    const closed = new Promise<void>((resolve) => slow.once('close', () => resolve()))
    const spaces = Buffer.alloc(50_000, ' ')
    const body = (encoding === 'gzip' ? gzipSync(spaces, { level: 0 }) : spaces).subarray(0, 2500)
    slow.write(`${head}content-encoding: ${encoding}\r\ncontent-length: 100000\r\n\r\n`)
    slow.write(body)
    const trickling = setInterval(() => slow.writable && slow.write('\0'), 5)
    onTestFinished(() => clearInterval(trickling))
    // Until the slow one has been read there is room for all, afterwards it has to go.
    await vi.waitFor(async () => {
      expect((await hub.events(heavy({}))).status).toBe(201)
      expect(answer).toContain('HTTP/1.1 408 ')
    }, 15_000)
    await closed
    expect(answer).toContain('"error":"request_timeout"')
    expect((await hub.get('/api/v1/stats')).body.since_start.refused).toEqual({
      '(unknown)': { request_timeout: 1 },
    })
    expect((await hub.events(heavy({}))).status).toBe(201)
  },
)

test('one noisy source gets 429 while another still gets in', async () => {
  const hub = await collectorForTest({ limits: { queueBytes: 4000 } })
  const noisy = Array.from({ length: 60 }, () => hub.events(heavy({ source: 'noisy' })))
  const quiet = await hub.events(heavy({ source: 'quiet' }))
  expect(quiet.status).toBe(201)
  const refused = (await Promise.all(noisy)).filter(({ status }) => status !== 201)
  expect(refused.length).toBeGreaterThan(0)
  for (const { status, headers, body } of refused) {
    expect([status, body.error]).toEqual([429, 'too_many_requests'])
    expect(headers.get('retry-after')).toMatch(/^[123]$/)
  }
  expect((await hub.allEvents()).length).toBe(61 - refused.length)
  expect((await hub.get('/metrics')).body).toContain(
    `hubline_refused_requests_by_source_total{source="noisy",reason="too_many_requests"} ${refused.length}`,
  )
  expect((await hub.get('/api/v1/stats')).body.since_start.refused).toEqual({
    noisy: { too_many_requests: refused.length },
  })
})

test('a rate holds for each token and source, over every door', async () => {
  const hub = await collectorForTest({ rate: '10/h' })
  const batch = (source: string) => Array.from({ length: 20 }, () => event({ source }))
  expect((await hub.events(batch('noisy'))).body.accepted).toBe(20)
  const refused = await hub.events(event({ source: 'noisy' }))
  expect([refused.status, refused.body.error]).toEqual([429, 'too_many_requests'])
  expect(refused.headers.get('retry-after')).toMatch(/^[123]$/)
  expect(refused.headers.get('ratelimit-policy')).toBe('"items";q=10;w=3600')
  expect(refused.headers.get('ratelimit')).toMatch(/^"items";r=0;t=\d+$/)
  expect((await hub.events(event({ source: 'quiet' }))).status).toBe(201)

  const logs = (name: string) => ({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
        scopeLogs: [{ logRecords: Array.from({ length: 20 }, () => ({ body: { stringValue: 'x' } })) }],
      },
    ],
  })
  const otlp = await hub.post('/v1/logs', logs('noisy'))
  expect([otlp.status, otlp.body.code]).toEqual([429, 8])
  expect((await hub.post('/v1/logs', logs('other'))).status).toBe(200)
  expect((await hub.post('/v1/logs', logs('other'))).status).toBe(429)
  expect((await hub.get('/api/v1/stats')).body.since_start.refused).toEqual({
    noisy: { too_many_requests: 2 },
    other: { too_many_requests: 1 },
  })
})

test('what was committed no longer counts for the share of its sender', async () => {
  const hub = await collectorForTest({ limits: { queueBytes: 4000 } })
  for (let round = 0; round < 10; round++) {
    expect((await hub.events(heavy({ source: 'steady' }))).status).toBe(201)
  }
})

test('an overloaded queue answers 503 with Retry-After, and loses nothing that it acknowledged', async () => {
  const hub = await collectorForTest({ limits: { queueBytes: 4000 } })
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, index) => hub.events(heavy({ source: `shop-${index}` }))),
  )
  const stored = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ status }) => status === 503)
  expect(stored.length + refused.length).toBe(60)
  expect(refused.length).toBeGreaterThan(0)
  for (const { headers, body } of refused) {
    expect(body.error).toBe('overloaded')
    expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(3)
  }
  expect((await hub.allEvents()).length).toBe(stored.length)
  expect((await hub.get('/metrics')).body).toContain(
    `hubline_refused_requests_total{signal="events",reason="overloaded"} ${refused.length}`,
  )
})

test.each([
  ['GARBAGE\r\n\r\n', 400, 'bad_request'],
  [`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
])('what is no request is answered in JSON, and the collector goes on', async (text, status, error) => {
  const hub = plain()
  const socket = connect(hub.collector.port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
  socket.write(text)
  await once(socket, 'close')
  expect(answer).toContain(`HTTP/1.1 ${status} `)
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ error })
  expect((await hub.get('/health')).status).toBe(200)
})
