import { randomBytes } from 'node:crypto'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { report } from './test-app.ts'

/** Asks over HTTP/2; the status, once the stream has closed. */
function ask(url: string, path: string): Promise<number | undefined> {
  const session = connect(url)
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':path': path })
  let status: number | undefined
  stream.on('response', (headers) => (status = headers[':status']))
  stream.on('error', () => {}).resume()
  return new Promise((resolve) => stream.once('close', () => resolve(status)))
}

const http2 = (): FastifyInstance => fastify({ http2: true }) as unknown as FastifyInstance

test('a stream of HTTP/2 that fails after the headers has failed', async () => {
  async function* flow(): AsyncGenerator<string> {
    yield 'half'
    throw new RangeError('broke')
  }
  const { url, told } = await report(
    (app) => app.get('/', (_request, reply) => reply.type('text/plain').send(Readable.from(flow()))),
    { app: http2() },
  )
  expect(await ask(url, '/')).toBe(200)
  expect(await told()).toMatchObject({
    requests: [{ action: 'GET /', outcome: 'server_error', status: 200 }],
    errors: [{ message: 'broke', handled: false }],
  })
})

test('a malformed URL is seen over HTTP/2', async () => {
  const { url, told } = await report((app) => app.get('/users/:id', async () => 'in'), { app: http2() })
  expect(await ask(url, '/users/7')).toBe(200)
  expect(await ask(url, '/users/%E0%A4%A')).toBe(400)
  expect(await told(2)).toMatchObject({
    requests: [
      { action: 'GET /users/:id', status: 200 },
      { action: 'GET', outcome: 'client_error', status: 400 },
    ],
    errors: [],
  })
})

test('a malformed URL is seen once over HTTP/1 on a server of HTTP/2, also beside one of HTTP/1', async () => {
  await report(() => {})
  // A key that both sides know stands for a certificate.
  const key = randomBytes(16)
  const ciphers = 'PSK-AES128-GCM-SHA256'
  const app = fastify({
    http2: true,
    https: { allowHTTP1: true, ciphers, maxVersion: 'TLSv1.2', pskCallback: () => key },
  }) as unknown as FastifyInstance
  const { told } = await report((each) => each.get('/users/:id', async () => 'in'), { app })
  const { port } = app.server.address() as AddressInfo
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    ciphers,
    maxVersion: 'TLSv1.2',
    pskCallback: () => ({ psk: key, identity: 'test' }),
    checkServerIdentity: () => undefined,
  })
  const ask1 = (path: string, connection: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`
  socket.write(ask1('/users/7', 'keep-alive') + ask1('/users/%E0%A4%A', 'close'))
  expect((await text(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  expect(await told(2)).toMatchObject({
    requests: [
      { action: 'GET /users/:id', status: 200 },
      { action: 'GET', outcome: 'client_error', status: 400 },
    ],
    errors: [],
  })
})
