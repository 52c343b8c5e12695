import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { HubOptions } from '@hubline/core'
import { memorySink } from '@hubline/core/testing'
import fastify, { type FastifyHttpOptions, type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { hubline } from './index.ts'

let apps = 0

async function serve(settings: FastifyHttpOptions<Server>, prepare: (app: FastifyInstance) => void) {
  const sink = memorySink()
  const app = fastify(settings)
  const options: HubOptions = { ...sink.options, source: `fastify-timeouts-${++apps}`, logLevel: 'silent' }
  app.register(hubline, options)
  prepare(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => app.close())
  return { sink, port: (app.server.address() as AddressInfo).port }
}

/** Sends `text` and waits for the server to give up. */
async function send(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1').resume()
  socket.on('error', () => {})
  socket.write(text)
  await once(socket, 'close')
}

const HALF =
  'POST /slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"n"'

test('a handler that connectionTimeout gives up has timed out', async () => {
  const { sink, port } = await serve({ connectionTimeout: 50 }, (app) => app.get('/hang', () => {}))
  await send(port, 'GET /hang HTTP/1.1\r\nHost: x\r\n\r\n')
  const { payload } = await sink.event('InteractionDetected')
  expect(payload).toMatchObject({ action: 'GET /hang', outcome: 'timeout' })
  expect(sink.ofType('ErrorReported')).toEqual([])
})

test('an upload that connectionTimeout gives up has timed out', async () => {
  const { sink, port } = await serve({ connectionTimeout: 50 }, (app) => app.post('/slow', async () => ({})))
  await send(port, HALF)
  const { payload } = await sink.event('InteractionDetected')
  expect(payload).toMatchObject({ outcome: 'timeout' })
  expect(sink.ofType('ErrorReported')).toEqual([])
})

test('an upload that requestTimeout gives up has timed out', async () => {
  const { sink, port } = await serve(
    // Of its two timeouts Node takes the shorter for the headers.
    { requestTimeout: 50, http: { headersTimeout: 40, connectionsCheckingInterval: 20 } },
    (app) => app.post('/slow', async () => ({})),
  )
  await send(port, HALF)
  const { payload } = await sink.event('InteractionDetected')
  expect(payload).toMatchObject({ outcome: 'timeout' })
  expect(sink.ofType('ErrorReported')).toEqual([])
})

test('a handler that handlerTimeout gives up has answered 503, for an error that is reported once', async () => {
  const { sink, port } = await serve({ handlerTimeout: 50 }, (app) => app.get('/hang', () => {}))
  await send(port, 'GET /hang HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const { payload } = await sink.event('InteractionDetected')
  expect(payload).toMatchObject({ action: 'GET /hang', outcome: 'server_error', status: 503 })
  expect(sink.ofType('ErrorReported')).toMatchObject([{ payload: { handled: false, status: 503 } }])
})
