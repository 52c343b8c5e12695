import type { HubEvent } from '@hubline/core'
import { describe, expect } from 'vitest'
import { ask, begin, json } from '../../support/http.ts'
import type { Harness } from '../harness.ts'
import { SECRET, TEAPOT_BODY } from '../scenario.ts'
import { story, TRACE, TRACE_ID } from '../story.ts'

/** How an error is reported, and what never leaves the process with it. */
export function errorCases({ contract, start }: Harness): void {
  describe('an error', () => {
    interface Expected {
      path: string
      /** Where it is not the path. */
      route?: string
      message: string
      error_type: string
      status?: number
      handled?: boolean
    }
    const errors: Expected[] = [
      { path: '/throw', message: 'thrown', error_type: 'RangeError' },
      { path: '/reject', message: 'rejected', error_type: 'TypeError' },
      { path: '/next', message: 'passed on', error_type: 'SyntaxError' },
      { path: '/guarded', message: 'not let in', error_type: 'RangeError' },
      { path: '/shops/7/fail', route: '/shops/:shop/fail', message: 'one deep', error_type: 'Error' },
      {
        path: '/shops/7/shelves/9/fail',
        route: '/shops/:shop/shelves/:shelf/fail',
        message: 'two deep',
        error_type: 'Error',
      },
      {
        path: '/shops/7/shelves/9/guarded',
        route: '/shops/:shop/shelves/:shelf/guarded',
        message: 'not let in two deep',
        error_type: 'Error',
      },
      {
        path: '/teapot',
        message: 'cannot brew coffee',
        error_type: 'TeapotError',
        status: 418,
        handled: true,
      },
      { path: '/kettle', message: 'boiled over', error_type: 'TeapotError', status: 503, handled: true },
      { path: '/boom', message: 'boom', error_type: 'string' },
    ]
    for (const { path, route = path, message, error_type, status = 500, handled = false } of errors) {
      contract(`of ${route} is reported once, with what became of it`, async () => {
        const { sink, app, end } = await start()
        const answer = await ask(app.url + path, { headers: TRACE })
        expect(answer.status).toBe(status)
        if (handled) expect(json(answer)).toEqual(TEAPOT_BODY)
        await end()
        const [event, span] = story(sink)
        const severity = status < 500 ? 'warning' : 'error'
        expect(event.payload).toMatchObject({
          action: `GET ${route}`,
          outcome: status < 500 ? 'client_error' : 'server_error',
          status,
        })
        expect(sink.ofType('ErrorReported')).toMatchObject([
          {
            severity,
            trace_id: TRACE_ID,
            span_id: span.spanId,
            correlation_id: 'order-77',
            payload: { message, error_type, severity, handled, method: 'GET', route, status },
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

    contract('in an app below another is reported once', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/tenants/acme/fail`)).status).toBe(500)
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /tenants/:tenant/fail', outcome: 'server_error' })
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { payload: { message: 'in an app below', handled: false, route: '/tenants/:tenant/fail' } },
      ])
    })

    contract('of an answer that cannot be turned into JSON is reported once', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/circular`)).status).toBe(500)
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /circular', outcome: 'server_error', status: 500 })
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { severity: 'error', payload: { error_type: 'TypeError', handled: false, route: '/circular' } },
      ])
    })

    contract('of a body that is too large leaves a client error behind', async () => {
      const { sink, app, end } = await start()
      expect(await post(`${app.url}/named`, JSON.stringify('x'.repeat(2 ** 21)))).toBe(413)
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ outcome: 'client_error', status: 413 })
    })

    const refusals = [
      { of: 'input that is refused', body: '{}', message: /name/ },
      { of: 'a body that cannot be read', body: '{', message: /JSON/ },
    ]
    for (const { of, body, message } of refusals) {
      contract(`of ${of} is a warning`, async () => {
        const { sink, app, end } = await start()
        expect(await post(`${app.url}/named`, body)).toBe(400)
        await end()
        expect(sink.ofType('ErrorReported')).toMatchObject([
          {
            severity: 'warning',
            payload: { status: 400, handled: false, message: expect.stringMatching(message) },
          },
        ])
      })

      contract(`of ${of} leaves a client error behind and breaks nothing`, async () => {
        const { sink, app, end } = await start()
        expect(await post(`${app.url}/named`, body)).toBe(400)
        expect(await post(`${app.url}/named`, '{"name":"Ada"}')).toBeLessThan(300)
        await end()
        const outcomes = sink.ofType('InteractionDetected').map(({ payload }) => payload['outcome'])
        expect(outcomes.sort()).toEqual(['client_error', 'ok'])
        expect(sink.spans.map(({ status }) => status.code)).toEqual(['unset', 'unset'])
      })
    }

    contract('brings its causes with it', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/caused`)).status).toBe(500)
      await end()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        {
          payload: {
            message: 'no cup',
            causes: [
              { error_type: 'TypeError', message: 'no shelf' },
              { error_type: 'RangeError', message: 'no such shelf' },
            ],
            trace: expect.stringMatching(/no cup[^]+caused by: [^]*no shelf[^]+caused by: [^]*no such shelf/),
          },
        },
      ])
    })

    contract('of several brings all of them with it', async () => {
      const { sink, app, end } = await start()
      expect((await ask(`${app.url}/aggregate`)).status).toBe(500)
      await end()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        {
          payload: {
            message: 'both hands full',
            error_type: 'AggregateError',
            causes: [
              { error_type: 'RangeError', message: 'left' },
              { error_type: 'TypeError', message: 'right' },
            ],
          },
        },
      ])
    })

    contract('of a handler that has begun to answer by itself is reported once', async () => {
      const { sink, app, end } = await start()
      // Some frameworks break the connection then, some end the answer there, and one leaves it open.
      const leave = await begin(`${app.url}/spill`, 'one,').catch(() => undefined)
      leave?.()
      await sink.event('InteractionDetected')
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /spill' })
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { severity: 'error', payload: { message: 'spilt', error_type: 'RangeError', handled: false } },
      ])
    })

    contract('of a handler that has answered already is reported once, as unhandled', async () => {
      const { sink, app, end } = await start()
      // Some frameworks break the connection then.
      await ask(`${app.url}/late`).catch(() => {})
      await sink.event('InteractionDetected')
      await end()
      const [event] = story(sink)
      expect(event.payload).toMatchObject({ action: 'GET /late' })
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { severity: 'error', payload: { message: 'too late', error_type: 'RangeError', handled: false } },
      ])
    })

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
}

/** The status of the answer to a body that claims to be JSON. */
async function post(url: string, body: string): Promise<number> {
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const response = await fetch(url, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}
