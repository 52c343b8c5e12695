import { once } from 'node:events'
import { constants } from 'node:http2'
import { connect } from 'node:net'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { fromBinary } from '@bufbuild/protobuf'
import { expect, test, vi } from 'vitest'
import { ExportTraceServiceResponseSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { CollectorOptions } from '../../collector/src/options.ts'
import {
  collectorForFile,
  collectorForTest,
  type TestCollector,
} from '../../collector/src/testing/collector.ts'
import { EXPORT, framed, RawGrpc, spans } from './grpc-call.ts'

const [OK, INVALID, DEADLINE_EXCEEDED, DENIED, EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE, UNAUTHENTICATED] = [
  0, 3, 4, 7, 8, 12, 14, 16,
]

function called(hub: TestCollector) {
  const stored = async () => (await hub.get('/api/v1/stats')).body.stored.spans as number
  return { hub, raw: new RawGrpc(hub.collector.grpcPort!), stored }
}
const collector = async (options: CollectorOptions = {}) =>
  called(await collectorForTest({ grpcPort: 0, ...options }))

const shared = collectorForFile({ grpcPort: 0 })
/** For calls that store nothing. */
const sharedCollector = () => called(shared())

const answerOf = (body: Uint8Array) => fromBinary(ExportTraceServiceResponseSchema, body)

test('a full success leaves partial_success unset, for empty requests too', async () => {
  const { raw, stored } = await collector()
  for (const path of Object.values(EXPORT)) {
    expect(await raw.call(framed(new Uint8Array()), {}, path)).toMatchObject({
      code: OK,
      body: { length: 0 },
    })
  }
  const { code, body } = await raw.call(framed(spans('shop', 'a', 'b')))
  expect([code, answerOf(body).partialSuccess, await stored()]).toEqual([OK, undefined, 2])
})

test('a bad span is rejected alone', async () => {
  const { raw, stored } = await collector()
  const { code, body } = await raw.call(framed(spans('shop', 'a', 'bad', 'c')))
  expect([code, await stored()]).toEqual([OK, 2])
  expect(answerOf(body).partialSuccess).toMatchObject({
    rejectedSpans: 1n,
    errorMessage: expect.stringContaining('span_id'),
  })
})

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['zstd', zstdCompressSync],
])(
  '%s is understood, its bombs are stopped, what is broken is the sender’s fault',
  async (name, compress) => {
    const { raw, stored, hub } = await collector({ limits: { bodyBytes: 100_000 } })
    const headers = { 'grpc-encoding': name }
    const good = compress(spans('shop', 'a'))
    expect(await raw.call(framed(good, true), headers)).toMatchObject({ code: OK })
    expect(await raw.call(framed(spans('shop', 'plain')), headers)).toMatchObject({ code: OK })

    const bomb = compress(Buffer.alloc(50_000_000))
    expect(bomb.byteLength).toBeLessThan(100_000)
    const stopped = await raw.call(framed(bomb, true), headers)
    expect(stopped).toMatchObject({ code: EXHAUSTED, retryAfter: undefined })
    expect(stopped.message).toContain('100000 bytes')

    for (const broken of [Buffer.from('not compressed'), good.subarray(0, -6)]) {
      const { code, message } = await raw.call(framed(broken, true), headers)
      expect([code, message]).toEqual([INVALID, expect.stringContaining(`not valid ${name}`)])
    }
    expect(await stored()).toBe(2)
    const { refused } = (await hub.get('/api/v1/stats')).body.since_start
    expect(refused).toEqual({ '(unknown)': { body_too_large: 1, invalid_body: 2 } })
  },
)

test('several gzip members are one message', async () => {
  const { raw, stored } = await collector()
  const bytes = spans('shop', 'a', 'b')
  const members = Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))])
  expect(await raw.call(framed(members, true), { 'grpc-encoding': 'gzip' })).toMatchObject({ code: OK })
  expect(await stored()).toBe(2)
})

test('a compression that is not known is named, with those that are', async () => {
  const { raw } = sharedCollector()
  const answer = await raw.call(framed(spans('shop', 'a'), true), { 'grpc-encoding': 'snappy' })
  expect(answer.code).toBe(UNIMPLEMENTED)
  expect(answer.message).toContain('snappy')
  expect(answer.message).toContain('gzip')
})

test('an oversized message is refused for good, and the next one taken', async () => {
  const { raw, stored } = await collector({ limits: { bodyBytes: 100_000 } })
  const large = await raw.call(framed(spans('shop', 'x'.repeat(200_000))))
  expect(large).toMatchObject({ http: 200, code: EXHAUSTED, retryAfter: undefined })
  expect(await raw.call(framed(spans('shop', 'a')))).toMatchObject({ code: OK })
  expect(await stored()).toBe(1)
})

test.each([
  ['what is no protobuf', framed(Buffer.from([0xff, 0xff, 0xff])), INVALID],
  ['a broken resource', framed(Buffer.from([0x0a, 0x02, 0x12, 0x7f])), INVALID],
  ['a message that ends early', framed(spans('shop', 'a')).subarray(0, -3), INVALID],
  ['no message at all', Buffer.alloc(0), undefined],
  ['two messages', Buffer.concat([framed(spans('shop', 'a')), framed(spans('shop', 'b'))]), undefined],
])('%s is refused, not to be tried again, and nothing stored', async (_, body, expected) => {
  const { raw, stored } = sharedCollector()
  const { code, message } = await raw.call(body)
  // Which of these two it is when the number of messages is wrong, gRPC's libraries do not agree on.
  if (expected === undefined) expect([INVALID, UNIMPLEMENTED]).toContain(code)
  else expect(code).toBe(expected)
  expect(message!.length).toBeGreaterThan(10)
  expect(await stored()).toBe(0)
})

test('other methods and other types are named', async () => {
  const { raw } = sharedCollector()
  expect(await raw.call(framed(new Uint8Array()), {}, '/hub.Events/Send')).toMatchObject({
    code: UNIMPLEMENTED,
    message: expect.stringContaining('/hub.Events/Send'),
  })
  for (const type of ['application/grpc+json', 'application/grpc-web', 'application/json', 'text/plain']) {
    const answer = await raw.call(framed(Buffer.from('{}')), { 'content-type': type })
    expect([type, answer.http, answer.code]).toEqual([type, 415, undefined])
  }
})

test('tokens: none, a wrong one, another scope, another source', async () => {
  const { raw, hub } = await collector({ tokens: 'ingest:shop:shop-in,ingest:*:any-in,read:*:all-out' })
  const stored = async () =>
    (await hub.get('/api/v1/stats', { authorization: 'Bearer all-out' })).body.stored.spans as number
  const send = (token: string | undefined, service = 'shop') =>
    raw.call(framed(spans(service, 'a')), token === undefined ? {} : { authorization: `Bearer ${token}` })
  expect(await send(undefined)).toMatchObject({ code: UNAUTHENTICATED, retryAfter: undefined })
  expect(await send('nope')).toMatchObject({ code: UNAUTHENTICATED })
  expect(await send('all-out')).toMatchObject({ code: DENIED })
  expect(await stored()).toBe(0)
  expect((await send('shop-in')).code).toBe(OK)
  expect((await send('any-in', 'billing')).code).toBe(OK)
  const foreign = await send('shop-in', 'billing')
  expect([foreign.code, answerOf(foreign.body).partialSuccess?.rejectedSpans]).toEqual([OK, 1n])
  expect(await stored()).toBe(2)
})

test('without a token the body is not even read', async () => {
  const { raw } = await collector({ tokens: 'ingest:*:any-in' })
  // The announced message never comes: only a door that looks at headers alone can answer.
  const stream = raw.session.request({
    ':method': 'POST',
    ':path': EXPORT.traces,
    'content-type': 'application/grpc',
  })
  stream.on('error', () => {})
  stream.write(Buffer.from([0, 0, 0, 0, 99]))
  const code = await new Promise((resolve) => {
    stream.on(
      'response',
      (headers) => headers['grpc-status'] !== undefined && resolve(headers['grpc-status']),
    )
    stream.on('trailers', (headers) => resolve(headers['grpc-status']))
    stream.resume()
  })
  expect(code).toBe(String(UNAUTHENTICATED))
})

test('without tokens the doors look at authority, origin and proxies', async () => {
  const { raw } = sharedCollector()
  for (const headers of [
    { ':authority': 'evil.example' },
    { origin: 'https://evil.example' },
    { 'x-forwarded-for': '10.0.0.1' },
  ] as Record<string, string>[]) {
    const { code, message } = await raw.call(framed(spans('shop', 'a')), headers)
    expect([code, message!.length > 10]).toEqual([DENIED, true])
  }
})

test('bodies that are still coming are bounded together, and what ended gives its bytes back', async () => {
  const { hub, raw, stored } = await collector({ limits: { readingBytes: 3000 } })
  const slow = new RawGrpc(hub.collector.grpcPort!)
  const stream = slow.session.request({
    ':method': 'POST',
    ':path': EXPORT.traces,
    'content-type': 'application/grpc',
  })
  stream.on('error', () => {})
  stream.write(framed(Buffer.alloc(2500)).subarray(0, 2400))
  const body = framed(spans('shop', 'x'.repeat(1000)))
  const refused = await vi.waitFor(async () => {
    const answer = await raw.call(body)
    expect(answer.code).toBe(UNAVAILABLE)
    return answer
  }, 15_000)
  expect([1, 2, 3]).toContain(refused.retryAfter)
  stream.destroy()
  await vi.waitFor(async () => expect((await raw.call(body)).code).toBe(OK), 15_000)
  expect(await stored()).toBeGreaterThan(0)
})

test('a message that trickles makes room for others, and is told so', async () => {
  const { hub, raw } = await collector({ limits: { readingBytes: 3000, readingPatienceMs: 0 } })
  const slow = new RawGrpc(hub.collector.grpcPort!)
  const stream = slow.session.request({
    ':method': 'POST',
    ':path': EXPORT.traces,
    'content-type': 'application/grpc',
  })
  const told = new Promise((resolve) => {
    stream.on(
      'response',
      (headers) => headers['grpc-status'] !== undefined && resolve(headers['grpc-status']),
    )
    stream.on('trailers', (headers) => resolve(headers['grpc-status']))
  })
  stream.resume().write(framed(Buffer.alloc(2500)).subarray(0, 2400))
  // Until the slow one is there too, there is room for all.
  await vi.waitFor(async () => {
    expect((await raw.call(framed(spans('shop', 'x'.repeat(1000))))).code).toBe(OK)
    expect((await hub.get('/api/v1/stats')).body.since_start.refused).toEqual({
      '(unknown)': { request_timeout: 1 },
    })
  }, 15_000)
  expect(await told).toBe(String(DEADLINE_EXCEEDED))
  stream.destroy()
})

test('an overload says when to come again, and loses nothing that it acknowledged', async () => {
  const { raw, stored } = await collector({ limits: { queueBytes: 4000 } })
  // The first finds no room, however slowly the others come.
  const sizes = [5000, ...Array.from({ length: 60 }, () => 1000)]
  const answers = await Promise.all(sizes.map((size) => raw.call(framed(spans('noisy', 'x'.repeat(size))))))
  expect(answers[0]!.code).toBe(UNAVAILABLE)
  const refused = answers.filter(({ code }) => code !== OK)
  for (const { code, retryAfter } of refused) {
    expect([EXHAUSTED, UNAVAILABLE]).toContain(code)
    expect([1, 2, 3]).toContain(retryAfter)
  }
  expect(await stored()).toBe(sizes.length - refused.length)
})

test('what is no gRPC harms nobody: HTTP/1, noise, and calls that are reset at once', async () => {
  const { hub, raw, stored } = await collector()
  const port = hub.collector.grpcPort!
  for (const bytes of [
    Buffer.from('POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}'),
    Buffer.alloc(5000, 0xff),
    Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.alloc(5000, 0xff)]),
  ]) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    socket.resume().write(bytes)
    await once(socket, 'close')
  }
  const rude = new RawGrpc(port)
  for (let n = 0; n < 200; n++) {
    const stream = rude.session.request({
      ':method': 'POST',
      ':path': EXPORT.traces,
      'content-type': 'application/grpc',
    })
    stream.on('error', () => {})
    stream.write(framed(spans('shop', 'a')))
    stream.close(constants.NGHTTP2_CANCEL)
  }
  const before = await stored()
  expect((await raw.call(framed(spans('shop', 'a')))).code).toBe(OK)
  expect(await stored()).toBeGreaterThan(before)
})

test('closing answers the calls that it took, and what it acknowledged is stored', async () => {
  const { hub, raw } = await collector()
  const calls = Array.from({ length: 20 }, (_, n) =>
    raw.call(framed(spans(`s${n}`, 'a'))).catch(() => undefined),
  )
  await calls[0]
  await hub.collector.close()
  const acknowledged = (await Promise.all(calls)).filter((answer) => answer?.code === OK).length
  expect(acknowledged).toBeGreaterThan(0)
  const again = await collectorForTest({ data: hub.collector.dataDir })
  const services = (await again.get('/api/v1/services')).body.data as unknown[]
  expect(services.length).toBeGreaterThanOrEqual(acknowledged)
})
