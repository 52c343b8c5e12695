import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { collectorForTest, event, type Json } from './testing/collector.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PROTOBUF = { 'content-type': 'application/x-protobuf' }

interface SpanInput {
  spanId: string
  parentSpanId?: string
  traceId?: string
  name?: string
  start?: number
  ms?: number
  code?: number
}

/** An export request in OTLP/JSON; `start` in milliseconds since the epoch. */
function spans(service: string, list: SpanInput[]): unknown {
  const attributes = [{ key: 'service.name', value: { stringValue: service } }]
  return {
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            scope: { name: 'test' },
            spans: list.map(
              ({
                spanId,
                parentSpanId,
                traceId = TRACE,
                name = 'work',
                start = 1_769_860_800_000,
                ms = 5,
                code,
              }) => ({
                traceId,
                spanId,
                name,
                kind: 2,
                startTimeUnixNano: `${start}000001`,
                endTimeUnixNano: `${start + ms}000001`,
                ...(parentSpanId && { parentSpanId }),
                ...(code && { status: { code } }),
              }),
            ),
          },
        ],
      },
    ],
  }
}

const id = (n: number) => n.toString(16).padStart(16, '0')

test('a trace is told with the spans of every service, its logs and its hub events', async () => {
  const hub = await collectorForTest()
  await hub.post(
    '/v1/traces',
    spans('billing', [{ spanId: id(2), parentSpanId: id(1), start: 1_769_860_800_002, code: 2 }]),
  )
  await hub.post('/v1/traces', spans('shop', [{ spanId: id(1), name: 'GET /orders', ms: 10 }]))
  const logRecords = [
    { timeUnixNano: '1769860800003000000', traceId: TRACE, spanId: id(2), body: { stringValue: 'no stock' } },
  ]
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'billing' } }] }
  await hub.post('/v1/logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] })
  await hub.events(event({ trace_id: TRACE }))

  const { status, body } = await hub.get(`/api/v1/traces/${TRACE.toUpperCase()}`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    trace_id: TRACE,
    services: ['shop', 'billing'],
    start: '2026-01-31T12:00:00.000Z',
    end: '2026-01-31T12:00:00.010Z',
    duration_ms: 10,
    truncated: false,
    spans: [
      {
        service: 'shop',
        name: 'GET /orders',
        spanId: id(1),
        parentSpanId: null,
        startTimeUnixNano: '1769860800000000001',
      },
      {
        service: 'billing',
        parentSpanId: id(1),
        status: { code: 'error' },
        durationMs: 5,
        scope: { name: 'test' },
      },
    ],
    logs: [{ service: 'billing', body: 'no stock', resource: { attributes: { 'service.name': 'billing' } } }],
    events: [{ source: 'shop', trace_id: TRACE }],
  })

  const list = await hub.get('/api/v1/traces')
  expect(list.body.data).toEqual([
    {
      trace_id: TRACE,
      name: 'GET /orders',
      service: 'shop',
      services: ['shop', 'billing'],
      start: '2026-01-31T12:00:00.000Z',
      duration_ms: 10,
      spans: 2,
      errors: 1,
    },
  ])
})

test('a span that is sent again counts once, in open and sealed parts', async () => {
  const hub = await collectorForTest({ limits: { partRows: 6 } })
  const batch = spans('shop', [{ spanId: id(1) }, { spanId: id(2) }, { spanId: id(3) }])
  for (let round = 0; round < 5; round++) {
    expect((await hub.post('/v1/traces', batch)).status).toBe(200)
    const { body } = await hub.get(`/api/v1/traces/${TRACE}`)
    expect(body.spans.map(({ spanId }: Json) => spanId)).toEqual([id(1), id(2), id(3)])
    expect((await hub.get('/api/v1/traces')).body.data[0].spans).toBe(3)
  }
  expect((await hub.get('/api/v1/stats')).body.parts.spans).toBeGreaterThan(1)
})

test('traces are listed newest first, by service and time', async () => {
  const hub = await collectorForTest({ limits: { partRows: 4 } })
  const start = 1_769_860_800_000
  for (let n = 1; n <= 12; n++) {
    const traceId = n.toString(16).padStart(32, '0')
    await hub.post(
      '/v1/traces',
      spans(n % 2 ? 'odd' : 'even', [{ traceId, spanId: id(n), name: `n${n}`, start: start + n * 1000 }]),
    )
  }
  const names = async (query: string) =>
    (await hub.get(`/api/v1/traces${query}`)).body.data.map(({ name }: Json) => name)
  expect(await names('?limit=3')).toEqual(['n12', 'n11', 'n10'])
  expect(await names('?limit=2&service=odd')).toEqual(['n11', 'n9'])
  expect(await names('?service=nobody')).toEqual([])
  expect(await names(`?since=${new Date(start + 10_500).toISOString()}`)).toEqual(['n12', 'n11'])
})

test('services seen in spans only are unknown', async () => {
  const hub = await collectorForTest()
  await hub.post('/v1/traces', spans('shop', [{ spanId: id(1), code: 2 }]))
  const { body } = await hub.get('/api/v1/services/shop')
  expect(body).toMatchObject({
    name: 'shop',
    state: 'unknown',
    instances: [],
    counts: { spans: 1, span_errors: 1 },
  })
})

test('protobuf is answered in protobuf, errors as a Status in it', async () => {
  const hub = await collectorForTest()
  const empty = await hub.post('/v1/traces', new Uint8Array(), PROTOBUF)
  expect([empty.status, empty.headers.get('content-type'), empty.body]).toEqual([
    200,
    'application/x-protobuf',
    '',
  ])
  const broken = await hub.post('/v1/logs', new Uint8Array([0xff, 0xff, 0xff]), PROTOBUF)
  expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
  // Field 1 (code) is a varint: 3 is INVALID_ARGUMENT.
  expect([...Buffer.from(broken.body).subarray(0, 2)]).toEqual([0x08, 3])
})

test('JSON is answered in JSON, errors as a Status in it', async () => {
  const hub = await collectorForTest({ limits: { bodyBytes: 1000 } })
  expect((await hub.post('/v1/metrics', {})).body).toEqual({})
  const cases: [Promise<{ status: number; body: Json }>, number, number][] = [
    [hub.post('/v1/traces', '{"resourceSpans":'), 400, 3],
    [hub.post('/v1/traces', 'x', { 'content-type': 'text/plain' }), 415, 3],
    [hub.post('/v1/traces', ' '.repeat(2000)), 413, 8],
    [hub.post('/v1/traces', '{}', { origin: 'https://evil.example' }), 403, 7],
    [hub.get('/v1/traces'), 405, 12],
  ]
  for (const [answer, status, code] of cases) {
    const { body, ...rest } = await answer
    expect([rest.status, body.code]).toEqual([status, code])
    expect(body.message.length).toBeGreaterThan(10)
  }
})

test('a body that trickles while others find no room is told to come again, as OTLP has it', async () => {
  const hub = await collectorForTest({ limits: { readingBytes: 3000, readingPatienceMs: 0 } })
  const slow = connect(hub.collector.port, '127.0.0.1')
  let answer = ''
  // It writes on after the other end has closed.
  slow.on('error', () => {})
  slow.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
  const head = 'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n'
  slow.write(`${head}content-length: 100000\r\n\r\n${' '.repeat(2500)}`)
  const name = 'x'.repeat(1000)
  // Until the slow one has been read there is room for all, afterwards it has to go.
  await vi.waitFor(async () => {
    expect((await hub.post('/v1/traces', spans('shop', [{ spanId: id(1), name }]))).status).toBe(200)
    expect(answer).toContain('HTTP/1.1 503 ')
  }, 15_000)
  expect(answer).toMatch(/retry-after: [123]\r\n/)
  expect(answer).toContain('"code":14')
  slow.destroy()
})

test('a bad span is rejected alone', async () => {
  const hub = await collectorForTest()
  const { status, body } = await hub.post('/v1/traces', spans('shop', [{ spanId: id(1) }, { spanId: 'abc' }]))
  expect(status).toBe(200)
  expect(body.partialSuccess).toMatchObject({
    rejectedSpans: '1',
    errorMessage: expect.stringContaining('spanId'),
  })
  expect((await hub.get('/api/v1/stats')).body.stored.spans).toBe(1)
})

test('a span without resource and scope is read back', async () => {
  const hub = await collectorForTest()
  const [traceId, spanId] = ['ab'.repeat(16), 'cd'.repeat(8)]
  const span = { traceId, spanId, name: 'bare', startTimeUnixNano: '1', endTimeUnixNano: '2' }
  await hub.post('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
  const { status, body } = await hub.get(`/api/v1/traces/${traceId}`)
  expect([status, body.spans.map(({ name }: Json) => name)]).toEqual([200, ['bare']])
})
