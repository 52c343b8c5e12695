import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { LIMITS } from './config/limits.ts'
import { collectorForTest, dataDirectory, event, type Json } from './testing/collector.ts'
import { get, raw } from './testing/raw.ts'
import { readTokenFile, writeTokenFile } from './tokens/token-file.ts'

const HOST = 'host: localhost'

test('an address has a greatest length', async () => {
  const { collector } = await collectorForTest()
  const of = (length: number): string => get('/health?'.padEnd(length, 'x'), HOST)
  expect((await raw(collector.port, of(LIMITS.urlBytes.value))).status).toBe(200)
  const { status, text } = await raw(collector.port, of(LIMITS.urlBytes.value + 1))
  expect([status, text]).toEqual([414, expect.stringContaining('"error":"url_too_long"')])
})

test('headers have a greatest number and size', async () => {
  const { collector } = await collectorForTest()
  // Host and Connection are two.
  const many = (count: number): string =>
    get('/health', HOST, ...Array.from({ length: count - 2 }, (_, index) => `x-${index}: y`))
  expect((await raw(collector.port, many(LIMITS.headers.value))).status).toBe(200)
  const refused = await raw(collector.port, many(LIMITS.headers.value + 1))
  expect([refused.status, refused.text]).toEqual([431, expect.stringContaining('headers_too_large')])
  const large = get('/health', HOST, `x: ${'y'.repeat(LIMITS.headerBytes.value)}`)
  expect((await raw(collector.port, large)).status).toBe(431)
})

test('headers that trickle are given up, and so are bodies', async () => {
  const { collector } = await collectorForTest({ limits: { headersMs: 200, requestMs: 400 } })
  const slowHead = await raw(collector.port, `GET /health HTTP/1.1\r\n${HOST}\r\n`)
  expect([slowHead.status, slowHead.text]).toEqual([408, expect.stringContaining('request_timeout')])
  const slowBody = await raw(
    collector.port,
    `POST /api/v1/hub/events HTTP/1.1\r\n${HOST}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n[`,
  )
  expect(slowBody.status).toBe(408)
})

test('a connection that idles is closed', async () => {
  const { collector } = await collectorForTest({ limits: { keepAliveMs: 100 } })
  // Not asked to close: the answer comes, then the end.
  const { status, text } = await raw(collector.port, `GET /health HTTP/1.1\r\n${HOST}\r\n\r\n`)
  expect([status, text]).toEqual([200, expect.stringMatching(/connection: keep-alive/i)])
})

test('connections have a greatest number, and one that ends makes room', async () => {
  const hub = await collectorForTest({ limits: { connections: 3 } })
  const { port } = hub.collector
  const idle: Socket[] = []
  onTestFinished(() => idle.forEach((socket) => socket.destroy()))
  for (let index = 0; index < 3; index++) {
    const socket = connect(port, '127.0.0.1')
    idle.push(socket)
    socket.write(`GET /health HTTP/1.1\r\n${HOST}\r\n\r\n`)
    await once(socket, 'data')
  }
  expect((await raw(port, get('/health', HOST))).status).toBe(0)
  const gone = once(idle[0]!, 'close')
  idle[0]!.end()
  await gone
  expect((await raw(port, get('/health', HOST))).status).toBe(200)
})

const text = JSON.stringify(event())

const ENCODINGS: [string, Uint8Array][] = [
  ['br', brotliCompressSync(text)],
  ['gzip, gzip', gzipSync(gzipSync(text))],
  ['gzip, zstd', zstdCompressSync(gzipSync(text))],
  ['identity, gzip', gzipSync(text)],
  ['compress', Buffer.from(text)],
]

test('an encoding that is not known, or more than one, is not taken over either door', async () => {
  const hub = await collectorForTest()
  for (const [encoding, body] of ENCODINGS) {
    for (const path of ['/api/v1/hub/events', '/v1/logs']) {
      const { status, headers } = await hub.post(path, body, { 'content-encoding': encoding })
      const answer = [encoding, path, status, headers.get('accept-encoding')]
      expect(answer).toEqual([encoding, path, 415, 'gzip, deflate, zstd'])
    }
  }
})

test('a zstd body may not choose a window of any size', async () => {
  const hub = await collectorForTest()
  const window = (log: number): Buffer => {
    // A frame without its size, so that the window is said: one raw block with the event in it.
    const block = Buffer.alloc(3)
    block.writeUIntLE(1 | (text.length << 3), 0, 3)
    return Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (log - 10) << 3]),
      block,
      Buffer.from(text),
    ])
  }
  const most = Math.log2(LIMITS.zstdWindowBytes.value)
  expect((await hub.events(window(most), { 'content-encoding': 'zstd' })).status).toBe(201)
  const refused = await hub.events(window(most + 1), { 'content-encoding': 'zstd' })
  expect([refused.status, refused.body.error]).toEqual([400, 'invalid_encoding'])
})

test('what says what to do is smaller than telemetry', async () => {
  const hub = await collectorForTest()
  const large = JSON.stringify({ name: 'x'.repeat(LIMITS.commandBytes.value) })
  const { status, body } = await hub.post('/api/v1/tokens', large)
  expect([status, body.error]).toEqual([413, 'body_too_large'])
})

test('names of events have their limits', async () => {
  const hub = await collectorForTest()
  const fields = { source: LIMITS.sourceCharacters, type: LIMITS.typeCharacters }
  for (const [field, { value }] of Object.entries(fields)) {
    expect((await hub.events(event({ [field]: 'n'.repeat(value) }))).status).toBe(201)
    const { status, body } = await hub.events(event({ [field]: 'n'.repeat(value + 1) }))
    expect([status, Object.keys(body.errors)]).toEqual([422, [field]])
  }
})

test('an item of OTLP that is nested too deep is rejected alone', async () => {
  const hub = await collectorForTest()
  const levels = LIMITS.otlpLevels.value
  const nested = (depth: number): string =>
    `{"body":${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":1}${']}}'.repeat(depth)}}`
  const logs = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${nested(levels)},${nested(1)}]}]}]}`
  const { status, body } = await hub.post('/v1/logs', logs)
  expect([status, body.partialSuccess.rejectedLogRecords]).toEqual([200, '1'])
})

test('attributes over the limits are cut, and the sender is told', async () => {
  const hub = await collectorForTest()
  const long = 'x'.repeat(LIMITS.attributeValueBytes.value + 1)
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    name: 'x',
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
    attributes: [{ key: 'long', value: { stringValue: long } }],
  }
  const { status, body } = await hub.post('/v1/traces', {
    resourceSpans: [{ scopeSpans: [{ spans: [span] }] }],
  })
  expect([status, body.partialSuccess.rejectedSpans ?? '0']).toEqual([200, '0'])
  expect(body.partialSuccess.errorMessage).toContain('texts or attributes over the limits were cut')
  const trace = JSON.stringify((await hub.get(`/api/v1/traces/${'ab'.repeat(16)}`)).body)
  expect(trace).toContain('xxx…"')
  expect(trace).not.toContain(long)
})

test('attributes, their keys and names of OTLP are kept up to their limits, and cut beyond', async () => {
  const hub = await collectorForTest()
  const { attributes, attributeKeyBytes, textBytes } = LIMITS
  const pairs = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value: { intValue: at } }))
  const [key, name] = ['k'.repeat(attributeKeyBytes.value), 'n'.repeat(textBytes.value)]
  const span = (spanId: string, fields: object) => ({
    traceId: 'ab'.repeat(16),
    spanId: spanId.repeat(16),
    startTimeUnixNano: '1',
    endTimeUnixNano: '2',
    ...fields,
  })
  const send = async (item: object): Promise<string> => {
    const { body } = await hub.post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [item] }] }] })
    return body.partialSuccess?.errorMessage ?? ''
  }
  const value = { stringValue: 'x' }
  expect(await send(span('1', { name, attributes: pairs(attributes.value) }))).toBe('')
  expect(await send(span('2', { name: `${name}n`, attributes: pairs(attributes.value + 3) }))).toContain(
    'cut',
  )
  expect(await send(span('3', { name: 'x', attributes: [{ key, value }] }))).toBe('')
  expect(await send(span('4', { name: 'x', attributes: [{ key: `${key}k`, value }] }))).toContain('cut')

  const { spans } = (await hub.get(`/api/v1/traces/${'ab'.repeat(16)}`)).body
  const [full, over, longKey, cutKey] = ['1', '2', '3', '4'].map((id) =>
    spans.find(({ spanId }: Json) => spanId === id.repeat(16)),
  )
  const sizes = [full, over].map((each) => Object.keys(each.attributes).length)
  expect(sizes).toEqual([attributes.value, attributes.value])
  expect([full.droppedAttributesCount, over.droppedAttributesCount]).toEqual([0, 3])
  expect(full.name).toBe(name)
  expect(Object.keys(longKey.attributes)).toEqual([key])
  for (const [cut, limit] of [
    [over.name, textBytes],
    [Object.keys(cutKey.attributes)[0]!, attributeKeyBytes],
  ]) {
    expect(cut.endsWith('…')).toBe(true)
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit.value)
  }
})

test('a body may have as many bytes as is said, as it comes and inflated', async () => {
  const hub = await collectorForTest()
  const padded = (bytes: number) => Buffer.from(text.padEnd(bytes))
  const most = LIMITS.bodyBytes.value
  const gzip = { 'content-encoding': 'gzip' }
  expect((await hub.events(padded(most))).status).toBe(201)
  expect((await hub.events(gzipSync(padded(most)), gzip)).status).toBe(201)
  expect((await hub.events(padded(most + 1))).body.error).toBe('body_too_large')
  expect((await hub.events(gzipSync(padded(most + 1)), gzip)).body.error).toBe('body_too_large')
})

test('tokens have a greatest number', async () => {
  const data = await dataDirectory()
  const before = await collectorForTest({ data })
  const first = await before.post('/api/v1/tokens', { name: 'chief', scope: 'admin' })
  await before.collector.close()
  const [chief] = readTokenFile(data)!
  const others = Array.from({ length: LIMITS.tokens.value - 2 }, (_, at) => ({
    ...chief!,
    id: `other-${at}`,
    name: `other ${at}`,
    secrets: [],
  }))
  writeTokenFile(data, [chief!, ...others])

  const hub = await collectorForTest({ data })
  const admin = { authorization: `Bearer ${first.body.secret}` }
  const make = (name: string) => hub.post('/api/v1/tokens', { name, scope: 'read' }, admin)
  expect((await make('the last one')).status).toBe(201)
  const { status, body } = await make('one too many')
  expect([status, body]).toEqual([409, expect.objectContaining({ error: 'conflict' })])
  expect(body.message).toContain(`${LIMITS.tokens.value} tokens`)
})

test('live streams have a greatest number', async () => {
  const hub = await collectorForTest()
  const left = new AbortController()
  onTestFinished(() => left.abort())
  const open = () => fetch(`${hub.url}/api/v1/stream`, { signal: left.signal })
  const streams = await Promise.all(Array.from({ length: LIMITS.streams.value }, open))
  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]))
  expect((await hub.get('/api/v1/stream')).body.error).toBe('overloaded')
})

test('sign-ins that fail too often have to wait, even if they would be right', async () => {
  let now = Date.now()
  const hub = await collectorForTest({ tokens: 'read:*:all-out', clock: () => now })
  const right = { authorization: 'Bearer all-out' }
  const wrong = { authorization: 'Bearer wrong' }
  for (let count = 0; count < LIMITS.signIns.value / 2; count++) {
    expect((await hub.post('/api/v1/session', '', wrong)).status).toBe(401)
    expect((await hub.get('/ui/login?code=guess')).status).toBe(401)
  }
  const refused = await hub.post('/api/v1/session', '', right)
  expect([refused.status, refused.body.error]).toEqual([429, 'too_many_requests'])
  expect((await hub.get(hub.collector.dashboardUrl.slice(hub.url.length))).status).toBe(429)
  expect((await hub.get('/api/v1/services', right)).status).toBe(200)
  now += 61_000
  expect((await hub.post('/api/v1/session', '', right)).status).toBe(204)
})
