import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getHub } from '@hubline/core'
import { hubline } from '@hubline/express'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { ask } from '../support/http.ts'
import { HubSink } from '../support/hub-sink.ts'

const API = Symbol.for('opentelemetry.js.api.1')

const breaks = (): never => {
  throw new Error('the host is broken')
}
/** An object of which every look and every call throws. */
const mine: object = new Proxy(breaks, { get: breaks, has: breaks, apply: breaks })
const span = { spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }) }
const context = {
  getValue: () => span,
  setValue: () => context,
  deleteValue: () => context,
}
const contexts = { active: () => context, with: (_: unknown, run: () => unknown) => run() }

test.each([
  ['empty objects', { trace: {}, context: {}, propagation: {}, metrics: {}, logs: {} }],
  ['a context manager that throws', { trace: {}, context: { active: breaks, with: breaks } }],
  [
    'a context manager that never calls',
    { trace: tracing({}), context: { ...contexts, with: () => undefined } },
  ],
  ['a tracer that throws', { trace: { getTracer: breaks }, context: contexts }],
  [
    'a tracer that gives nothing',
    { trace: { getTracer: () => ({ startSpan: () => undefined }) }, context: contexts },
  ],
  [
    'a span that throws',
    { trace: tracing({ setAttribute: breaks, end: breaks, addEvent: breaks }), context: contexts },
  ],
  [
    'a propagator that throws',
    { trace: tracing({}), context: contexts, propagation: { extract: breaks, inject: breaks } },
  ],
  ['meters and loggers that throw', { metrics: { getMeter: breaks }, logs: { getLogger: breaks } }],
  ['nothing but traps', { trace: mine, context: mine, propagation: mine, metrics: mine, logs: mine }],
])('%s in the API hurt no request', async (_, api) => {
  const holder = globalThis as { [API]?: unknown }
  const sink = await HubSink.open()
  holder[API] = { version: '1.10.0', ...api }
  const app = express()
  app.set('env', 'test')
  app.use(hubline({ url: sink.url, source: 'hostile', logLevel: 'silent', batchTimeout: 5 }))
  app.get('/ok', (req, res) => {
    req.hub.interaction('looked')
    req.hub.metric('looks', 1)
    res.json(req.hub.headers())
  })
  app.get('/broken', () => {
    throw new RangeError('broken')
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    await getHub().close(0)
    delete holder[API]
    await sink.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect((await ask(`${url}/ok`)).status).toBe(200)
  expect((await ask(`${url}/broken`)).status).toBe(500)
  await getHub().flush()
  expect(sink.ofType('InteractionDetected').map(({ payload }) => payload['action'])).toEqual(
    expect.arrayContaining(['looked', 'GET /ok', 'GET /broken']),
  )
  expect(sink.ofType('ErrorReported')).toHaveLength(1)
})

function tracing(methods: object): object {
  return { getTracer: () => ({ startSpan: () => ({ ...span, ...methods }) }) }
}
