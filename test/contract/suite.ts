import type { HubEvent, HubOptions } from '@hubline/core'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Answered, ask, askAndLeave, headerOf, json, pipeline } from '../support/http.ts'
import { HubSink, type SinkSpan } from '../support/hub-sink.ts'
import type { Adapter } from './adapter.ts'
import { ROUTES, SECRET, TEAPOT_BODY } from './scenario.ts'

const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'x-correlation-id': 'order-77',
}
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'

/** Routes that answer with what Hubline says, or that have no whole answer. */
const INCOMPARABLE = ['/echo', '/headers', '/abort', '/broken-stream']

let services = 0

/** The behaviour that every adapter has, on real sockets. */
export function describeAdapter(adapter: Adapter): void {
  const unused = new Set(Object.keys(adapter.skips ?? {}))

  function contract(name: string, run: () => Promise<void>): void {
    const reason = adapter.skips?.[name]
    unused.delete(name)
    if (reason === undefined) return void test(name, run)
    console.info(`${adapter.name} cannot have "${name}": ${reason}`)
    test.skip(`${name} (${reason})`)
  }

  /** An app of its own name, and the hub it reports to. */
  async function start(options: HubOptions = {}, lines?: number) {
    const sink = await HubSink.open()
    const app = await mount({ url: sink.url, ...options }, lines)
    onTestFinished(() => sink.close())
    return { sink, ...app }
  }

  async function mount(options: HubOptions, lines?: number) {
    const source = `contract-${++services}`
    const app = await adapter.mount({ source, batchTimeout: 5, logLevel: 'silent', ...options }, lines)
    let ended = false
    /** Closes the app; resolves when all that it had to say was said and delivered. */
    const end = async (): Promise<void> => {
      if (ended) return
      ended = true
      await app.close()
      await app.hub.flush()
    }
    onTestFinished(async () => {
      await end()
      await app.hub.close(0)
    })
    return { app, end, source }
  }

  describe(adapter.name, () => {
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

    describe('an error', () => {
      const errors = [
        { path: '/throw', message: 'thrown', error_type: 'RangeError', status: 500, handled: false },
        { path: '/reject', message: 'rejected', error_type: 'TypeError', status: 500, handled: false },
        { path: '/next', message: 'passed on', error_type: 'SyntaxError', status: 500, handled: false },
        {
          path: '/teapot',
          message: 'cannot brew coffee',
          error_type: 'TeapotError',
          status: 418,
          handled: true,
        },
        { path: '/boom', message: 'boom', error_type: 'string', status: 500, handled: false },
      ]
      for (const { path, message, error_type, status, handled } of errors) {
        contract(`of ${path} is reported once, with what became of it`, async () => {
          const { sink, app, end } = await start()
          const answer = await ask(app.url + path, { headers: TRACE })
          expect(answer.status).toBe(status)
          if (status === 418) expect(json(answer)).toEqual(TEAPOT_BODY)
          await end()
          const [event, span] = story(sink)
          const severity = handled ? 'warning' : 'error'
          expect(event.payload).toMatchObject({
            outcome: status < 500 ? 'client_error' : 'server_error',
            status,
          })
          expect(sink.ofType('ErrorReported')).toMatchObject([
            {
              severity,
              trace_id: TRACE_ID,
              span_id: span.spanId,
              correlation_id: 'order-77',
              payload: { message, error_type, severity, handled, method: 'GET', route: path, status },
            },
          ])
          const [{ payload, id }] = sink.ofType('ErrorReported') as [HubEvent]
          expect(payload['fingerprint']).toEqual(expect.any(String))
          if (error_type === 'string') expect(payload).not.toHaveProperty('trace')
          else expect(payload['trace']).toMatch(/scenario\.ts/)
          expect(span.events).toMatchObject([
            { name: 'exception', attributes: { 'exception.type': error_type, 'exception.message': message } },
          ])
          expect(span.status.code).toBe(status < 500 ? 'unset' : 'error')
          const logs = sink.logs.filter(({ eventName }) => eventName === 'http.server.request.exception')
          expect(logs).toMatchObject([{ traceId: TRACE_ID, attributes: { 'hub.event.id': id } }])
        })
      }

      contract('that nobody threw is reported from the answer', async () => {
        const { sink, app, end } = await start()
        expect((await ask(`${app.url}/plain500`)).status).toBe(500)
        await end()
        const [event, span] = story(sink)
        expect(event.payload).toMatchObject({ outcome: 'server_error', status: 500 })
        expect(span).toMatchObject({ status: { code: 'error' }, attributes: { 'error.type': '500' } })
        expect(sink.ofType('ErrorReported')).toMatchObject([
          { payload: { error_type: 'HTTP 500', route: '/plain500', status: 500, handled: true } },
        ])
      })

      contract('of a stream after its headers is reported, and the request has failed', async () => {
        const { sink, app, end } = await start()
        await expect(ask(`${app.url}/broken-stream`)).rejects.toThrow()
        await end()
        const [event] = story(sink)
        expect(event.payload).toMatchObject({ action: 'GET /broken-stream', outcome: 'server_error' })
        expect(sink.ofType('ErrorReported')).toMatchObject([
          { severity: 'error', payload: { message: 'broke', error_type: 'RangeError', handled: false } },
        ])
      })
    })

    describe('a secret', () => {
      contract('in a query, a payload or a message never leaves the process', async () => {
        const { sink, app, end } = await start()
        await ask(`${app.url}/custom?token=${SECRET}&page=2`)
        await end()
        expect(sink.spans).toMatchObject([{ attributes: { 'url.query': 'token=REDACTED&page=2' } }])
        const custom = sink.ofType('contract.order.placed')
        expect(custom).toMatchObject([{ payload: { order_id: 42, customer: { api_key: '[redacted]' } } }])
        const [error] = sink.ofType('ErrorReported')
        expect(error!.payload['message']).toBe('cannot reach postgres://shop:[redacted]@db/orders')
        for (const { body } of sink.requests) expect(body.includes(SECRET)).toBe(false)
      })
    })

    describe('a service', () => {
      contract('registers, is ready where it listens, and says goodbye', async () => {
        const { sink, app, end, source } = await start({
          heartbeatInterval: '60s',
          version: '1.2.3',
          env: 'test',
        })
        const registered = await sink.event('AppRegistered')
        expect(registered).toMatchObject({
          source,
          env: 'test',
          seq: 1,
          payload: { version: '1.2.3', env: 'test', heartbeat_interval_s: 60, pid: process.pid },
        })
        await sink.event('AgentHeartbeat')
        await ask(`${app.url}/ok`)
        await end()
        await end()
        expect(sink.states().map(({ payload }) => payload)).toMatchObject([
          { state: 'started' },
          { state: 'ready', address: app.url },
          { state: 'stopping', reason: 'close' },
          { state: 'stopped', reason: 'close' },
        ])
        expect(sink.ofType('AppRegistered')).toHaveLength(1)
        const beats = sink.ofType('AgentHeartbeat')
        expect(beats.map(({ payload }) => payload['requests'])).toEqual([0, 1])
        for (const event of sink.events)
          expect(event).toMatchObject({ source, instance: registered.instance })
        const numbers = sink.events.map(({ seq }) => seq!).sort((a, b) => a - b)
        expect(numbers).toEqual(numbers.map((_, index) => index + 1))
        expect(new Set(sink.events.map(({ id }) => id)).size).toBe(sink.events.length)
      })

      contract('beats by its interval', async () => {
        const { sink } = await start({ heartbeatInterval: '200ms' })
        const beats = await sink.waitFor(() => {
          const heard = sink.ofType('AgentHeartbeat')
          return heard.length >= 3 && heard
        })
        expect(beats[0]!.payload).toMatchObject({ status: 'healthy', interval_s: 0.2 })
      })

      contract('that has the line twice reports once', async () => {
        const { sink, app, end } = await start({}, 2)
        await ask(`${app.url}/ok`)
        await ask(`${app.url}/throw`)
        await end()
        expect(sink.ofType('InteractionDetected')).toHaveLength(2)
        expect(sink.spans).toHaveLength(2)
        expect(sink.ofType('ErrorReported')).toHaveLength(1)
        expect(sink.ofType('AppRegistered')).toHaveLength(1)
        expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
          'started',
          'ready',
          'stopping',
          'stopped',
        ])
      })

      contract('of two apps stops with the last of them', async () => {
        const { sink, app, end, source } = await start()
        const other = await mount({ url: sink.url, source })
        expect(other.app.hub).toBe(app.hub)
        await end()
        expect(sink.states().map(({ payload }) => payload['state'])).toEqual(['started', 'ready'])
        await ask(`${other.app.url}/ok`)
        await other.end()
        expect(sink.ofType('InteractionDetected')).toHaveLength(1)
        expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
          'started',
          'ready',
          'stopping',
          'stopped',
        ])
      })

      contract('may close its hub before it goes, and twice', async () => {
        const { sink, app, end } = await start()
        await ask(`${app.url}/ok`)
        await Promise.all([app.hub.close(), app.hub.close()])
        await app.hub.close()
        expect(app.hub.event('contract.late')).toBe(false)
        expect((await ask(`${app.url}/custom`)).status).toBe(200)
        expect((await ask(`${app.url}/throw`)).status).toBe(500)
        await end()
        expect(sink.ofType('InteractionDetected')).toHaveLength(1)
        expect(sink.states().map(({ payload }) => payload['state'])).toEqual([
          'started',
          'ready',
          'stopping',
          'stopped',
        ])
      })

      contract('says what its capture sees', async () => {
        const { app } = await start()
        expect(app.hub.coverage().length).toBeGreaterThan(0)
      })
    })

    describe('the app', () => {
      contract('answers byte for byte as it does without the line', async () => {
        const bare = await adapter.mountBare()
        onTestFinished(() => bare.close())
        const { app } = await start()
        const inert = await mount({ url: undefined })
        for (const { method, path } of comparable()) {
          const body = method === 'POST' ? { n: 1 } : undefined
          const expected = answerOf(await ask(bare.url + path, { method, body }))
          expect([path, answerOf(await ask(app.url + path, { method, body }))]).toEqual([path, expected])
          expect([path, answerOf(await ask(inert.app.url + path, { method, body }))]).toEqual([
            path,
            expected,
          ])
        }
      })

      contract('gets the correlation header when it asks for it, and nothing else', async () => {
        const bare = await adapter.mountBare()
        onTestFinished(() => bare.close())
        const { app } = await start({ correlationHeader: true })
        for (const path of ['/ok', '/throw', '/nowhere', '/stream']) {
          const answer = await ask(app.url + path, { headers: TRACE })
          expect([path, headerOf(answer, 'x-correlation-id')]).toEqual([path, 'order-77'])
          answer.headers = answer.headers.filter(([name]) => name.toLowerCase() !== 'x-correlation-id')
          const expected = answerOf(await ask(bare.url + path, { headers: TRACE }))
          expect([path, sorted(answerOf(answer))]).toEqual([path, sorted(expected)])
        }
      })

      contract('is at ease with options that cannot be used', async () => {
        const lines: string[] = []
        const say = (line: string): void => {
          lines.push(line)
          throw new Error('no room for lines')
        }
        const logger = { error: say, warn: say, info: say, debug: say }
        const { app } = await mount({ url: 'nonsense', batchSize: -1, logLevel: 'warn', logger })
        expect((await ask(`${app.url}/custom`)).status).toBe(200)
        expect(json(await ask(`${app.url}/headers`))).toEqual({})
        expect((await ask(`${app.url}/throw`)).status).toBe(500)
        expect(app.hub.capturing).toBe(false)
        expect(lines).toEqual([
          expect.stringContaining('option url: got "nonsense"'),
          expect.stringContaining('option batchSize: got "-1"'),
        ])
      })
    })

    describe('a hub', () => {
      contract('that is away at first gets everything later', async () => {
        const port = await HubSink.freePort()
        const { app, end } = await mount({ url: `http://127.0.0.1:${port}`, timeout: '2s' })
        for (const path of ['/ok', '/users/7', '/throw'])
          expect((await ask(app.url + path)).status).toBeGreaterThan(0)
        await app.hub.flush()
        expect(app.hub.health().status).toBe('degraded')
        const sink = await HubSink.open(port)
        onTestFinished(() => sink.close())
        await sink.event('AppRegistered')
        await end()
        const actions = sink.ofType('InteractionDetected').map(({ payload }) => payload['action'])
        expect(actions.sort()).toEqual(['GET /ok', 'GET /throw', 'GET /users/:id'])
        expect(sink.spans).toHaveLength(3)
        expect(sink.ofType('ErrorReported')).toHaveLength(1)
        expect(sink.states()).toHaveLength(4)
        expect(app.hub.health().status).toBe('healthy')
        expect(app.hub.stats()).toMatchObject({
          events: { queued: 0, dropped: {} },
          spans: { queued: 0, dropped: {} },
        })
      })

      contract('that answers slowly holds up no response', async () => {
        const { sink, app, end } = await start()
        let open = (): void => {}
        const gate = new Promise<undefined>((resolve) => (open = () => resolve(undefined)))
        sink.trouble = () => gate
        for (let round = 0; round < 3; round++) {
          expect((await ask(`${app.url}/ok`)).status).toBe(200)
          expect((await ask(`${app.url}/throw`)).status).toBe(500)
        }
        open()
        await end()
        expect(sink.ofType('InteractionDetected')).toHaveLength(6)
        expect(sink.spans).toHaveLength(6)
        expect(sink.ofType('ErrorReported')).toHaveLength(3)
      })

      contract('that fails or drops the connection gets each event once', async () => {
        const { sink, app, end } = await start({ maxRetries: 5 })
        await sink.event('AgentHeartbeat')
        const troubles = [{ status: 503 }, 'drop', { status: 429, headers: { 'retry-after': '0' } }] as const
        let next = 0
        sink.trouble = ({ path }) => (path.endsWith('/events') ? troubles[next++] : undefined)
        await ask(`${app.url}/ok`)
        await ask(`${app.url}/throw`)
        await sink.event('ErrorReported')
        await end()
        expect(next).toBeGreaterThan(troubles.length)
        const ids = sink.events.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        const numbers = sink.events.map(({ seq }) => seq!).sort((a, b) => a - b)
        expect(numbers).toEqual(numbers.map((_, index) => index + 1))
      })

      contract('that never answers does not keep the app from closing', async () => {
        const { sink, app } = await start()
        await sink.event('AgentHeartbeat')
        sink.trouble = () => 'hang'
        expect((await ask(`${app.url}/ok`)).status).toBe(200)
        await app.close()
        await sink.close()
      })

      contract('that refuses for good costs the app nothing but what it refused', async () => {
        const { sink, app, end } = await start()
        await sink.event('AgentHeartbeat')
        sink.trouble = ({ path }) => (path.endsWith('/events') ? { status: 401 } : undefined)
        expect((await ask(`${app.url}/ok`)).status).toBe(200)
        await end()
        expect(app.hub.stats().events!.dropped.rejected).toBeGreaterThan(0)
        expect(sink.spans).toHaveLength(1)
      })
    })

    afterAll(() => expect([...unused], 'skips that name no case').toEqual([]))
  })
}

/** The one request that a test made: its event and its span, which agree. */
function story(sink: HubSink): [event: HubEvent, span: SinkSpan] {
  const events = sink.ofType('InteractionDetected')
  const servers = sink.spans.filter(({ kind }) => kind === 'server')
  expect(events).toHaveLength(1)
  expect(servers).toHaveLength(1)
  const [event] = events as [HubEvent]
  const [span] = servers as [SinkSpan]
  expect(span).toMatchObject({ traceId: event.trace_id, spanId: event.span_id })
  expect(span.attributes['hub.event.id']).toBe(event.id)
  expect(span.resource.attributes).toMatchObject({ 'service.name': event.source })
  return [event, span]
}

function comparable(): { method: string; path: string }[] {
  const routes = ROUTES.filter(({ path }) => !INCOMPARABLE.includes(path)).map(
    ({ method, path, under = '' }) => ({
      method: method as string,
      path: (under + path).replace(/:\w+/g, '7'),
    }),
  )
  return [
    ...routes,
    ...routes.filter(({ method }) => method === 'GET').map(({ path }) => ({ method: 'HEAD', path })),
    { method: 'GET', path: '/nowhere' },
    { method: 'POST', path: '/ok' },
    { method: 'OPTIONS', path: '/ok' },
    { method: 'GET', path: '/%E0%A4%A' },
    { method: 'GET', path: '/users/%E0%A4%A' },
  ]
}

function answerOf({ status, headers, body }: Answered): { status: number; headers: string[]; body: string } {
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'date')
  return { status, headers: kept.map(([name, value]) => `${name}: ${value}`), body: body.toString('latin1') }
}

const sorted = (answer: ReturnType<typeof answerOf>) => ({ ...answer, headers: answer.headers.toSorted() })
