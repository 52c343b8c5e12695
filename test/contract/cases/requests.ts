import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished } from 'vitest'
import { ask, askAndLeave, askInTwo, cutUpload, json, pipeline } from '../../support/http.ts'
import type { Harness } from '../harness.ts'
import { OWN_TRACEPARENT, SECRET } from '../scenario.ts'
import { story, TRACE, TRACE_ID } from '../story.ts'

/** How a request is seen: once, by its template, in its context. */
export function requestCases({ contract, start, adapter }: Harness): void {
  describe('a request', () => {
    const templates = [
      { path: '/ok', route: '/ok' },
      { path: '/users/7', route: '/users/:id' },
      { path: '/shops/7/items/9?page=2', route: '/shops/:shop/items/:item' },
      { path: '/stream', route: '/stream' },
      { path: '/ok', method: 'HEAD', route: '/ok' },
    ]
    for (const { path, route, method = 'GET' } of templates) {
      contract(`${method} ${route} is one event and one span, by its template`, async () => {
        const { sink, app, end } = await start()
        expect((await ask(app.url + path, { method })).status).toBe(200)
        await end()
        const [event, span] = story(sink)
        expect(event.payload).toMatchObject({
          action: `${method} ${route}`,
          outcome: 'ok',
          method,
          route,
          status: 200,
          duration_ms: expect.any(Number),
        })
        expect(span).toMatchObject({
          name: `${method} ${route}`,
          parentSpanId: null,
          status: { code: 'unset' },
        })
        expect(span.attributes).toMatchObject({
          'http.request.method': method,
          'http.route': route,
          'http.response.status_code': 200,
          'url.path': path.split('?')[0],
          'server.port': Number(new URL(app.url).port),
        })
        expect(sink.ofType('ErrorReported')).toEqual([])
      })
    }

    contract('to an app below another has the whole template', async () => {
      const { sink, app, end } = await start()
      expect(json(await ask(`${app.url}/tenants/acme/users/7`))).toEqual({ id: '7' })
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ route: '/tenants/:tenant/users/:id' })
    })

    contract('by an optional parameter has one route, with and without it', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/maybe`)).status).toBe(200)
      expect((await ask(`${app.url}/maybe/7`)).status).toBe(200)
      await end()
      const routes = sink.ofType('InteractionDetected').map(({ payload }) => payload['route'])
      expect(routes).toEqual([adapter.patterns.optional, adapter.patterns.optional])
    })

    contract('by a regular expression has it for its route', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/digits/42`)).status).toBe(200)
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ route: String(adapter.patterns.digits) })
    })

    contract('an unknown path has no route', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/nowhere/7`)).status).toBe(404)
      await end()
      const [event, span] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET', outcome: 'client_error', status: 404 })
      expect(event.payload).not.toHaveProperty('route')
      expect(span.name).toBe('GET')
      expect(span.status.code).toBe('unset')
      expect(span.attributes).not.toHaveProperty('http.route')
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('joins the trace and the correlation it came with', async () => {
      const { sink, app, end } = await start()
      await ask(`${app.url}/ok`, { headers: { ...TRACE, tracestate: 'vendor=1' } })
      await end()
      const [event, span] = story(sink)
      expect(event).toMatchObject({ trace_id: TRACE_ID, correlation_id: 'order-77' })
      expect(span).toMatchObject({
        traceId: TRACE_ID,
        parentSpanId: 'b7ad6b7169203331',
        traceState: 'vendor=1',
        attributes: { 'hub.correlation_id': 'order-77' },
      })
    })

    contract('begins a trace of its own when what it came with is nonsense', async () => {
      const { sink, app, end } = await start()
      const headers = { traceparent: '00-zz-zz-01', 'x-correlation-id': 'a b' }
      expect((await ask(`${app.url}/ok`, { headers })).status).toBe(200)
      await end()
      const [event, span] = story(sink)
      expect(span.parentSpanId).toBe(null)
      expect(event.correlation_id).toBe(event.trace_id)
    })

    contract('of an unsampled trace is an event without a span', async () => {
      const { sink, app, end } = await start()
      await ask(`${app.url}/ok`, { headers: { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-00` } })
      await end()
      expect(sink.ofType('InteractionDetected')).toMatchObject([{ trace_id: TRACE_ID }])
      expect(sink.spans).toEqual([])
    })

    contract('keeps its context after the body is read', async () => {
      const { sink, app, end } = await start()
      const answer = await ask(`${app.url}/echo`, { method: 'POST', body: { n: 1 }, headers: TRACE })
      await end()
      const [, span] = story(sink)
      expect(json(answer)).toEqual({
        body: { n: 1 },
        trace_id: TRACE_ID,
        correlation_id: 'order-77',
        headers: {
          traceparent: `00-${TRACE_ID}-${span.spanId}-01`,
          'x-correlation-id': 'order-77',
        },
      })
    })

    contract('keeps its context apart from that of others', async () => {
      const { sink, app, end } = await start()
      const ids = Array.from({ length: 20 }, (_, index) => `order-${index}`)
      const answers = await Promise.all(
        ids.map((id) =>
          ask(`${app.url}/echo`, { method: 'POST', body: { id }, headers: { 'x-correlation-id': id } }),
        ),
      )
      await end()
      expect(answers.map(json)).toMatchObject(
        ids.map((id) => ({ body: { id }, correlation_id: id, headers: { 'x-correlation-id': id } })),
      )
      const events = sink.ofType('InteractionDetected')
      expect(events.map((event) => event.correlation_id).sort()).toEqual(ids.sort())
      expect(new Set(events.map((event) => event.trace_id)).size).toBe(20)
    })

    contract('keeps its context over timers', async () => {
      const { sink, app, end } = await start()
      await ask(`${app.url}/slow`, { headers: TRACE })
      await end()
      const [event] = story(sink)
      expect(sink.ofType('contract.slow.done')).toMatchObject([
        { trace_id: TRACE_ID, span_id: event.span_id, correlation_id: 'order-77' },
      ])
    })

    contract('keeps its context in the events of the request itself', async () => {
      const { sink, app, end } = await start()
      const answer = await askInTwo(`${app.url}/raw`, () => sink.event('contract.reached'))
      await end()
      const [{ trace_id, span_id, correlation_id }] = story(sink)
      expect(json(answer)).toEqual({ trace_id, span_id, correlation_id })
      for (const event of sink.ofType('contract.heard')) expect(event).toMatchObject({ trace_id, span_id })
      expect(sink.ofType('contract.heard').length).toBeGreaterThan(0)
    })

    contract('headers() carries the trace and the correlation on', async () => {
      const { sink, app, end } = await start()
      const answer = await ask(`${app.url}/headers`)
      await end()
      const [event, span] = story(sink)
      expect(json(answer)).toEqual({
        traceparent: `00-${event.trace_id}-${span.spanId}-01`,
        'x-correlation-id': event.correlation_id,
      })
    })

    contract('carries its trace and correlation on by every client', async () => {
      const heard = new Map<string, IncomingHttpHeaders>()
      const next = createServer(({ url, headers }, response) => {
        heard.set(url!, headers)
        response.end()
      })
      await new Promise<void>((resolve) => next.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void next.close())
      const { sink, app, end } = await start()
      const { port } = next.address() as AddressInfo
      await ask(`${app.url}/calls/${port}`, { headers: { ...TRACE, baggage: 'tenant=7' } })
      next.closeAllConnections()
      await end()
      const [event] = story(sink)
      const carried = {
        traceparent: `00-${TRACE_ID}-${event.span_id}-01`,
        'x-correlation-id': 'order-77',
        baggage: 'tenant=7',
      }
      expect(heard.get('/fetch')).toMatchObject(carried)
      expect(heard.get('/http')).toMatchObject(carried)
      expect(heard.get('/own')).toMatchObject({
        traceparent: OWN_TRACEPARENT,
        'x-correlation-id': 'order-77',
      })
      expect(heard.get('/own')).not.toHaveProperty('baggage')
    })

    contract('gives its ids to lines of log', async () => {
      const { sink, app, end } = await start()
      const answer = await ask(`${app.url}/ids`)
      await end()
      const [{ trace_id, span_id, correlation_id }] = story(sink)
      expect(json(answer)).toEqual({ trace_id, span_id, correlation_id })
    })

    contract('with a malformed URL is seen, however early it fails', async () => {
      const { sink, app, end } = await start()
      const [answer] = (await pipeline(app.url, ['/users/%E0%A4%A'])).split('\r\n')
      expect(answer).toBe('HTTP/1.1 400 Bad Request')
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ outcome: 'client_error', status: 400 })
      expect(event.payload).not.toHaveProperty('route')
    })

    contract('shows the headers that it is asked to show, and no secret among them', async () => {
      const { sink, app, end } = await start({
        captureHeaders: ['X-Tenant', 'authorization', 'content-type'],
      })
      await ask(`${app.url}/ok`, { headers: { 'x-tenant': 'acme', authorization: 'Bearer abcdef' } })
      await end()
      const [event, span] = story(sink)
      expect(event.payload['headers']).toEqual({
        request: { 'x-tenant': 'acme', authorization: '[redacted]' },
        response: { 'content-type': expect.stringContaining('application/json') },
      })
      expect(span.attributes['http.request.header.x-tenant']).toEqual(['acme'])
    })

    contract('shows the fields of its body that it is asked to show, and no secret among them', async () => {
      const captureBody = ['n', 'customer.country', 'customer.password', 'nothing']
      const { sink, app, end } = await start({ captureBody })
      const body = { n: 7, customer: { country: 'FR', name: 'Ada', password: SECRET } }
      const answer = await ask(`${app.url}/echo`, { method: 'POST', body })
      expect(json(answer)).toMatchObject({ body })
      await ask(`${app.url}/ok`)
      await end()
      const shown = sink
        .ofType('InteractionDetected')
        .map(({ payload }) => [payload['action'], payload['body']])
      expect(shown.sort()).toEqual([
        ['GET /ok', undefined],
        ['POST /echo', { n: 7, customer: { country: 'FR', password: '[redacted]' } }],
      ])
    })

    contract('may say more of itself', async () => {
      const { sink, app, end } = await start()
      await ask(`${app.url}/custom`, { headers: TRACE })
      await end()
      const http = sink.ofType('InteractionDetected').find(({ payload }) => payload['route'])!
      const said = sink.events.filter((event) => event.trace_id === TRACE_ID && event !== http)
      expect(said.sort((a, b) => a.seq! - b.seq!)).toMatchObject([
        { type: 'InteractionDetected', payload: { action: 'order_placed', order_id: 42 } },
        {
          type: 'MetricReported',
          payload: { metric: 'daily_orders', value: 42, unit: 'count', period: '24h' },
        },
        { type: 'contract.order.placed', payload: { order_id: 42 }, tags: ['contract'] },
        { type: 'ErrorReported', severity: 'warning', payload: { handled: true, route: '/custom' } },
      ])
      for (const event of said) {
        expect(event).toMatchObject({ span_id: http.span_id, correlation_id: 'order-77' })
      }
    })

    contract('shares a connection', async () => {
      const { sink, app, end } = await start()
      const answers = await pipeline(app.url, ['/users/1', '/nowhere', '/ok'])
      await end()
      expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200'])
      const events = sink.ofType('InteractionDetected')
      expect(events.map(({ payload }) => payload['action']).sort()).toEqual([
        'GET',
        'GET /ok',
        'GET /users/:id',
      ])
      expect(sink.spans.map(({ name }) => name).sort()).toEqual(['GET', 'GET /ok', 'GET /users/:id'])
      expect(new Set(sink.spans.map(({ traceId }) => traceId)).size).toBe(3)
    })

    contract('whose client leaves was aborted', async () => {
      const { sink, app, end } = await start()
      const leave = askAndLeave(`${app.url}/abort`)
      await sink.event('contract.reached')
      leave()
      await sink.event('InteractionDetected')
      await end()
      const [event, span] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /abort', outcome: 'aborted' })
      expect(event.payload).not.toHaveProperty('status')
      expect(span.attributes).toMatchObject({ 'error.type': 'aborted' })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('whose client cuts its upload was aborted, and is nobody’s error', async () => {
      const { sink, app, end } = await start()
      await cutUpload(`${app.url}/echo`)
      await sink.event('InteractionDetected')
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: expect.stringMatching(/^POST/), outcome: 'aborted' })
      expect(sink.ofType('ErrorReported')).toEqual([])
    })

    contract('on an ignored path is not mentioned', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/health?full=1`)).status).toBe(200)
      await end()
      expect(sink.ofType('InteractionDetected')).toEqual([])
      expect(sink.spans).toEqual([])
    })

    contract('on an ignored path still reports its errors', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/health/broken`)).status).toBe(500)
      await end()
      expect(sink.ofType('InteractionDetected')).toEqual([])
      expect(sink.ofType('ErrorReported')).toMatchObject([{ payload: { message: 'unwell', status: 500 } }])
    })
  })
}
