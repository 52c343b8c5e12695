import { describe, expect, test } from 'vitest'
import { TRACE, TRACE_ID } from '../contract/story.ts'
import { ask, json } from '../support/http.ts'
import type { HubSink } from '../support/hub-sink.ts'
import { durationsOf, served, spanOf, startPeer } from './peer.ts'

const metric = (sink: HubSink, name: string) => sink.metrics.filter((each) => each.name === name)

describe('native metrics', () => {
  test('count each request in the buckets of the conventions', async () => {
    const { sink, url, end } = await startPeer()
    for (const path of ['/users/1', '/users/2', '/broken/3', '/nowhere']) await ask(url + path)
    await ask(`${url}/health`)
    await end()
    // The last heartbeat brings all of it once more.
    const [durations] = metric(sink, 'http.server.request.duration')
    expect(durations).toMatchObject({ unit: 's', type: 'histogram', temporality: 'cumulative' })
    const common = {
      'http.request.method': 'GET',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
    }
    const points = durations!.type === 'histogram' ? durations!.dataPoints : []
    expect(points.map(({ attributes, count }) => [attributes, count])).toEqual([
      [{ ...common, 'http.route': '/users/:id', 'http.response.status_code': 200 }, 2],
      [
        {
          ...common,
          'http.route': '/broken/:id',
          'http.response.status_code': 500,
          'error.type': 'RangeError',
        },
        1,
      ],
      [{ ...common, 'http.response.status_code': 404 }, 1],
    ])
    for (const { bucketCounts, explicitBounds, count, sum, min, max, exemplars, ...point } of points) {
      expect(explicitBounds).toEqual([
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
      ])
      expect(bucketCounts).toHaveLength(15)
      expect(bucketCounts.reduce<number>((total, each) => total + Number(each), 0)).toBe(count)
      expect(Number(max)).toBeLessThanOrEqual(Number(sum))
      expect(Number(min)).toBeLessThanOrEqual(Number(max))
      expect(BigInt(point.startTimeUnixNano)).toBeLessThan(BigInt(point.timeUnixNano))
      expect(sink.spans.map(({ spanId }) => spanId)).toContain(exemplars[0]!.spanId)
    }
  })

  test('have a gauge for each metric of the app, and the process at each heartbeat', async () => {
    const { sink, url, end } = await startPeer()
    await ask(`${url}/users/1`)
    await end()
    expect(metric(sink, 'tea_left')).toMatchObject([
      { unit: 'g', type: 'gauge', dataPoints: [{ value: 7, attributes: { 'hub.metric.period': '1h' } }] },
    ])
    expect(metric(sink, 'process.memory.usage')[0]).toMatchObject({
      unit: 'By',
      type: 'sum',
      monotonic: false,
      temporality: 'cumulative',
    })
    expect(metric(sink, 'nodejs.eventloop.delay.p99')[0]).toMatchObject({ unit: 's', type: 'gauge' })
    expect(metric(sink, 'v8js.memory.heap.used')[0]!.dataPoints).toContainEqual(
      expect.objectContaining({ attributes: { 'v8js.heap.space.name': 'old_space' } }),
    )
  })

  test('go out by their own interval, as deltas where those are preferred', async () => {
    const env = {
      OTEL_METRIC_EXPORT_INTERVAL: '20',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      HUB_BATCH_TIMEOUT: '5ms',
    }
    const { sink, url, end } = await startPeer({ env })
    const points = () => durationsOf(sink)
    await ask(`${url}/users/1`)
    await sink.waitFor(() => points().length === 1)
    await ask(`${url}/users/2`)
    await sink.waitFor(() => points().length === 2)
    await end()
    expect(points()).toMatchObject([{ count: 1 }, { count: 1 }])
    expect(points()[1]!.startTimeUnixNano >= points()[0]!.timeUnixNano).toBe(true)
  })

  test.each([{ OTEL_METRICS_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true' }])(
    'stay away under %o',
    async (env) => {
      const { sink, url, end } = await startPeer({ env })
      await ask(`${url}/users/1`)
      await end()
      expect(sink.metrics).toEqual([])
      expect(sink.spans).toHaveLength('OTEL_SDK_DISABLED' in env ? 0 : 1)
      expect(sink.ofType('InteractionDetected')).toHaveLength(1)
    },
  )
})

describe('native traces', () => {
  test.each([
    ['always_off', {}, '00'],
    ['always_on', { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` }, '01'],
    ['parentbased_always_off', TRACE, '01'],
    ['parentbased_always_off', {}, '00'],
    ['traceidratio', {}, '00'],
  ])('are sampled by %s, and say so to others (with %o: %s)', async (OTEL_TRACES_SAMPLER, headers, flag) => {
    const env = { OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG: '0' }
    const { sink, url, end } = await startPeer({ env })
    const answer = json(await ask(`${url}/users/1`, { headers })) as { headers: { traceparent: string } }
    await end()
    expect(answer.headers.traceparent.slice(-2)).toBe(flag)
    expect(sink.spans).toHaveLength(flag === '01' ? 1 : 0)
    expect(sink.ofType('InteractionDetected')).toHaveLength(1)
  })

  test.each(['none', 'b3'])('neither read nor write traceparent under OTEL_PROPAGATORS=%s', async (name) => {
    const { sink, url, end } = await startPeer({ env: { OTEL_PROPAGATORS: name } })
    const answer = json(await ask(`${url}/users/1`, { headers: TRACE })) as { headers: object }
    await end()
    expect(answer.headers).toEqual({ 'x-correlation-id': 'order-77' })
    const [span] = served(sink)
    expect(span).toMatchObject({ parentSpanId: null, traceId: expect.not.stringMatching(TRACE_ID) })
  })
})

describe("our own answer to OpenTelemetry's API", () => {
  test('makes children of spans by hand', async () => {
    const { sink, url, end } = await startPeer({ env: { API: '1', HUB_OTEL_API: '1' } })
    const answer = await ask(`${url}/users/7`, { method: 'POST', body: {}, headers: TRACE })
    await end()
    const [span] = served(sink)
    expect(span).toMatchObject({ traceId: TRACE_ID, name: 'POST /users/:id' })
    expect(json(answer)).toMatchObject({
      headers: { traceparent: `00-${TRACE_ID}-${span.spanId}-01`, 'x-correlation-id': 'order-77' },
    })
    const brew = sink.spans.find(({ name }) => name === 'brew')!
    expect(brew).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: span.spanId,
      kind: 'internal',
      attributes: { 'app.step': 1 },
      events: [{ name: 'halfway', attributes: { left: 2 } }],
      status: { code: 'unset' },
    })
    expect(sink.spans.find(({ name }) => name === 'brew inner')).toMatchObject({
      parentSpanId: brew.spanId,
      links: [{ traceId: TRACE_ID, spanId: brew.spanId }],
      status: { code: 'error', message: 'spilled' },
    })
  })

  test.each(['express', 'fastify'])(
    'serves instrumentations around %s without a second SERVER span',
    async (FRAMEWORK) => {
      const env = { FRAMEWORK, API: '1', HUB_OTEL_API: '1', INSTRUMENT: '1' }
      const { sink, url, end } = await startPeer({ env })
      await ask(`${url}/far`, { headers: TRACE })
      await end()
      const [far, near] = ['GET /far', 'GET /users/:id'].map((name) => spanOf(sink, name))
      const [out] = sink.spans.filter(({ kind }) => kind === 'client')
      expect(far).toMatchObject({ traceId: TRACE_ID, parentSpanId: 'b7ad6b7169203331', kind: 'server' })
      expect(out).toMatchObject({ traceId: TRACE_ID, parentSpanId: far!.spanId })
      expect(near).toMatchObject({ traceId: TRACE_ID, parentSpanId: out!.spanId, kind: 'server' })
      expect(sink.spans.filter(({ kind }) => kind === 'server')).toHaveLength(2)
      expect(sink.spans.filter(({ kind }) => kind === 'client')).toHaveLength(1)
      expect(spanOf(sink, 'brew').parentSpanId).toBe(near!.spanId)
    },
  )

  test('is not there unless it is wanted', async () => {
    const { sink, url, end } = await startPeer({ env: { API: '1' } })
    await ask(`${url}/users/7`)
    await end()
    expect(sink.spans.map(({ name }) => name)).toEqual(['GET /users/:id'])
  })

  test('leaves a provider that is there its place', async () => {
    const { sink, url, end } = await startPeer({ env: { SDK: 'sdk3', HUB_OTEL_API: '1' } })
    await ask(`${url}/users/7`)
    await end()
    const [span] = served(sink)
    expect(span.resource.attributes['service.name']).toBe('host')
  })
})
