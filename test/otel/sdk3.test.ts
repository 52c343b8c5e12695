import { describe, expect, test } from 'vitest'
import { ask, askAndLeave, json } from '../support/http.ts'
import type { HubSink } from '../support/hub-sink.ts'
import { TRACE, TRACE_ID } from '../contract/story.ts'
import { durationsOf, served, spanOf, startPeer } from './peer.ts'

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/** Everything came by the host's SDK, nothing by our own exporter. */
function expectHostAlone({ spans, logs, metrics }: HubSink): void {
  for (const { resource } of [...spans, ...logs, ...metrics]) {
    expect(resource.attributes).toMatchObject({
      'service.name': 'host',
      'telemetry.sdk.name': 'opentelemetry',
    })
  }
}

describe.each(['express', 'fastify', 'nest'])('%s beside an SDK 3.x', (FRAMEWORK) => {
  const SDK = 'sdk3'

  test('gives the SERVER span of http instrumentation its route and ids', async () => {
    const { sink, url, end, printed } = await startPeer({ env: { FRAMEWORK, SDK, INSTRUMENT: '1' } })
    const answer = await ask(`${url}/users/7?token=x`, { headers: { ...TRACE, 'user-agent': 'kettle' } })
    expect(await end()).toEqual([0, null])
    const [span, event] = served(sink)
    expect(span).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: 'b7ad6b7169203331',
      name: 'GET /users/:id',
      status: { code: 'unset' },
      attributes: {
        'http.route': '/users/:id',
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'url.path': '/users/7',
        'hub.correlation_id': 'order-77',
      },
    })
    expect(event).toMatchObject({ correlation_id: 'order-77', payload: { action: 'GET /users/:id' } })
    expect(json(answer)).toMatchObject({
      headers: { traceparent: `00-${TRACE_ID}-${span.spanId}-01`, 'x-correlation-id': 'order-77' },
    })
    expect(spanOf(sink, 'brew')).toMatchObject({ traceId: TRACE_ID, parentSpanId: span.spanId })
    expect(sink.ofType('app.seen')).toMatchObject([{ trace_id: TRACE_ID, span_id: span.spanId }])
    expectHostAlone(sink)
    expect(durationsOf(sink)).toMatchObject([{ attributes: { 'http.route': '/users/:id' }, count: 1 }])
    expect(printed.filter((line) => !line.startsWith('ready'))).toEqual([])
  })

  test('starts the SERVER span with the tracer of an app that has no http instrumentation', async () => {
    const { sink, url, end } = await startPeer({ env: { FRAMEWORK, SDK } })
    await ask(`${url}/users/7?token=x`, { method: 'POST', body: { n: 1 }, headers: TRACE })
    expect(await end()).toEqual([0, null])
    const [span] = served(sink)
    expect(span).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: 'b7ad6b7169203331',
      name: 'POST /users/:id',
      attributes: {
        'http.route': '/users/:id',
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'url.path': '/users/7',
        'url.query': 'token=REDACTED',
        'url.scheme': 'http',
        'server.port': Number(new URL(url).port),
        'hub.correlation_id': 'order-77',
      },
    })
    const brew = spanOf(sink, 'brew')
    expect(brew).toMatchObject({ traceId: TRACE_ID, parentSpanId: span.spanId })
    expect(spanOf(sink, 'brew inner').parentSpanId).toBe(brew.spanId)
    expectHostAlone(sink)
    expect(durationsOf(sink)).toMatchObject([
      {
        attributes: { 'http.route': '/users/:id', 'http.request.method': 'POST', 'url.scheme': 'http' },
        count: 1,
        explicitBounds: BOUNDS,
      },
    ])
    expect(sink.metrics.find(({ name }) => name === 'tea_left')).toMatchObject({ unit: 'g', type: 'gauge' })
  })

  test.each(['after', 'listening'])('finds one that is registered %s', async (SDK_AT) => {
    const { sink, url, end } = await startPeer({ env: { FRAMEWORK, SDK, SDK_AT } })
    await ask(`${url}/users/7`)
    await end()
    const [span] = served(sink)
    expect(span).toMatchObject({ name: 'GET /users/:id', parentSpanId: null })
    expect(span.resource.attributes['service.name']).toBe('host')
    expect(spanOf(sink, 'brew').parentSpanId).toBe(span.spanId)
  })

  test.each(['0', '1'])('says an error once, in span and log (instrumented: %s)', async (INSTRUMENT) => {
    const { sink, url, end } = await startPeer({ env: { FRAMEWORK, SDK, INSTRUMENT } })
    expect((await ask(`${url}/broken/7`)).status).toBe(500)
    await end()
    const [span] = served(sink)
    expect(span).toMatchObject({
      name: 'GET /broken/:id',
      status: { code: 'error' },
      attributes: {
        // Http instrumentation has the last word on what it knows itself.
        'error.type': INSTRUMENT === '1' ? '500' : 'RangeError',
        'http.response.status_code': 500,
      },
      events: [
        {
          name: 'exception',
          attributes: { 'exception.type': 'RangeError', 'exception.message': 'out of tea' },
        },
      ],
    })
    const { traceId, spanId } = span
    const [error] = sink.ofType('ErrorReported')
    expect(sink.logs.filter(({ eventName }) => eventName === 'http.server.request.exception')).toMatchObject([
      { traceId, spanId, severityNumber: 17, attributes: { 'hub.event.id': error!.id } },
    ])
    expect(error).toMatchObject({ trace_id: traceId, span_id: spanId })
    expectHostAlone(sink)
  })

  test.each(['0', '1'])('marks a request whose client left (instrumented: %s)', async (INSTRUMENT) => {
    const { sink, url, end } = await startPeer({ env: { FRAMEWORK, SDK, INSTRUMENT } })
    const leave = askAndLeave(`${url}/hanging/7`)
    await sink.event('app.hanging')
    leave()
    await sink.event('InteractionDetected')
    await end()
    const [span, event] = served(sink)
    expect(event.payload['outcome']).toBe('aborted')
    expect(span).toMatchObject({
      name: 'GET /hanging/:id',
      status: { code: 'error' },
      attributes: { 'http.route': '/hanging/:id', 'error.type': 'aborted' },
    })
  })
})

test.each([
  ['logs', 0],
  ['logs/dup', 1],
])('exceptions under %s are %i events of the span', async (OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN, count) => {
  const env = { SDK: 'sdk3', INSTRUMENT: '1', OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN }
  const { sink, url, end } = await startPeer({ env })
  await ask(`${url}/broken/7`)
  await end()
  const [span] = served(sink)
  expect(span.events).toHaveLength(count)
  expect(sink.logs.filter(({ eventName }) => eventName === 'http.server.request.exception')).toHaveLength(1)
})

test('our own deliveries are no spans of the host', async () => {
  const { sink, url, end } = await startPeer({ env: { SDK: 'sdk3', INSTRUMENT: '1' } })
  await ask(`${url}/users/7`)
  await sink.event('InteractionDetected')
  await ask(`${url}/users/8`)
  await end()
  expect(sink.requests.some(({ path }) => path === '/api/v1/hub/events')).toBe(true)
  expect(sink.spans.filter(({ kind }) => kind === 'client')).toEqual([])
  expect(sink.requests.filter(({ headers }) => 'traceparent' in headers)).toEqual([])
})

test('a call out joins the trace once', async () => {
  const { sink, url, end } = await startPeer({ env: { SDK: 'sdk3', INSTRUMENT: '1' } })
  await ask(`${url}/far`)
  await end()
  const [far, near] = ['GET /far', 'GET /users/:id'].map((name) => spanOf(sink, name))
  const [out] = sink.spans.filter(({ kind }) => kind === 'client')
  expect(out).toMatchObject({ traceId: far!.traceId, parentSpanId: far!.spanId })
  expect(near).toMatchObject({ traceId: far!.traceId, parentSpanId: out!.spanId })
})

test('an ignored path gets no span of ours', async () => {
  const { sink, url, end } = await startPeer({ env: { SDK: 'sdk3' } })
  await ask(`${url}/health`)
  await end()
  expect(sink.spans).toEqual([])
  expect(sink.ofType('InteractionDetected')).toEqual([])
})
