import type { HubEvent } from '@hubline/core'
import { describe, expect } from 'vitest'
import { ask, json } from '../../support/http.ts'
import type { Harness } from '../harness.ts'
import { SECRET, TEAPOT_BODY } from '../scenario.ts'
import { story, TRACE, TRACE_ID } from '../story.ts'

/** How an error is reported, and what never leaves the process with it. */
export function errorCases({ contract, start }: Harness): void {
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
}
