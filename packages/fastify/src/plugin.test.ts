import { get } from 'node:http'
import { connect, constants } from 'node:http2'
import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { getHub } from '@hubline/core'
import { currentExchange, type Exchange } from '@hubline/core/adapter'
import fastify, { type FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { hubline } from './index.ts'

let apps = 0

const drop = (): void => {}
const logger = { error: drop, warn: drop, info: drop, debug: drop }

/** Nothing listens at the address: these tests look at exchanges, not at what is sent of them. */
const optionsOf = () => ({ url: 'http://127.0.0.1:9', source: `fastify-unit-${++apps}`, logger })

function closeAfterwards(app: Pick<FastifyInstance, 'close' | 'hub'>): void {
  onTestFinished(async () => {
    await app.close()
    await app.hub.close(0)
  })
}

function watched(): FastifyInstance {
  const app = fastify()
  app.register(hubline, optionsOf())
  closeAfterwards(app)
  return app
}

test('an injected request is an exchange too', async () => {
  const app = watched()
  let exchange: Exchange | undefined
  app.get('/users/:id', async (request) => {
    exchange = currentExchange()
    return { same: getHub() === request.hub && request.hub === app.hub }
  })
  expect((await app.inject('/users/7')).json()).toEqual({ same: true })
  expect(exchange).toMatchObject({ route: '/users/:id', outcome: 'ok', status: 200 })
})

test('an HTTP/2 request is an exchange too', async () => {
  const app = fastify({ http2: true })
  app.register(hubline, optionsOf())
  closeAfterwards(app)
  const exchanges: Exchange[] = []
  app.get('/users/:id', async () => void exchanges.push(currentExchange()!))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  onTestFinished(() => client.destroy())
  const request = client.request({ ':path': '/users/7' }).resume()
  await once(request, 'close')
  client.close()
  await once(client, 'close')
  await app.close()
  expect(exchanges).toMatchObject([{ route: '/users/:id', outcome: 'ok', method: 'GET' }])
})

test('an HTTP/2 request whose client leaves was aborted', async () => {
  const app = fastify({ http2: true })
  app.register(hubline, optionsOf())
  closeAfterwards(app)
  const reached = new EventEmitter()
  app.get('/abort', (_request, reply) => {
    reached.emit('now', currentExchange(), once(reply.raw, 'close'))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = connect(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
  onTestFinished(() => client.destroy())
  const now = once(reached, 'now')
  const request = client.request({ ':path': '/abort' })
  request.on('error', drop)
  const [exchange, closed] = (await now) as [Exchange, Promise<unknown>]
  request.close(constants.NGHTTP2_CANCEL)
  await closed
  expect(exchange.outcome).toBe('aborted')
})

test('a stream that is torn down because its client left has not failed', async () => {
  const app = watched()
  const torn = new Readable({ read: drop, destroy: (_error, done) => done(new Error('torn down')) })
  const tornDown = new Promise((resolve) => torn.once('close', resolve))
  torn.on('error', drop)
  torn.push('one,')
  let exchange: Exchange | undefined
  app.get('/stream', (_request, reply) => {
    exchange = currentExchange()
    return reply.send(torn)
  })
  const outgoing = get(`${await app.listen({ port: 0, host: '127.0.0.1' })}/stream`, { agent: false })
  outgoing.on('error', drop)
  outgoing.once('response', (response) => response.once('data', () => outgoing.destroy()))
  await tornDown
  expect(exchange).toMatchObject({ outcome: 'aborted', errors: undefined })
})

test('an error handler knows its exchange, also when the body could not be parsed', async () => {
  const app = watched()
  let exchange: Exchange | undefined
  app.setErrorHandler((_error, _request, reply) => {
    exchange = currentExchange()
    reply.code(422).send({ no: 'JSON' })
  })
  app.post('/orders', async () => ({}))
  const headers = { 'content-type': 'application/json' }
  expect((await app.inject({ method: 'POST', url: '/orders', headers, payload: '{' })).statusCode).toBe(422)
  expect(exchange).toMatchObject({ route: '/orders', status: 422, errors: [{ handled: true }] })
})

test.each<[string, (app: FastifyInstance) => unknown, boolean]>([
  ['Fastify alone answers', () => {}, false],
  ['the app answers', (app) => app.setErrorHandler(() => 'sorry'), true],
  ['the app answers later', (app) => app.setErrorHandler(async () => 'sorry'), true],
  ['the app sends it on', (app) => app.setErrorHandler((error, _request, reply) => reply.send(error)), false],
  [
    'the app throws it again',
    (app) =>
      app.setErrorHandler((error) => {
        throw error
      }),
    false,
  ],
])('an error that %s', async (_, prepare, handled) => {
  const app = watched()
  prepare(app)
  let exchange: Exchange | undefined
  app.get('/broken', async () => {
    exchange = currentExchange()
    throw new RangeError('broken')
  })
  await app.inject('/broken')
  expect(exchange?.errors).toMatchObject([{ handled }])
})

test('an error that the error handler of its route answers', async () => {
  const app = watched()
  let exchange: Exchange | undefined
  const errorHandler = async () => 'sorry'
  app.get('/broken', { errorHandler }, async () => {
    exchange = currentExchange()
    throw new RangeError('broken')
  })
  await app.inject('/broken')
  expect(exchange?.errors).toMatchObject([{ handled: true }])
})

test('a name that the app uses for something else stays the app’s', async () => {
  const app = fastify()
  app.decorate('hub', 'mine' as never)
  app.decorateRequest('hub', 'mine' as never)
  app.register(hubline, { logger })
  app.get('/', async (request) => ({ app: app.hub, request: request.hub }))
  expect((await app.inject('/')).json()).toEqual({ app: 'mine', request: 'mine' })
  await app.close()
})

test('without a hub the handle is there and no hook runs', async () => {
  const app = fastify()
  app.register(hubline, { source: `fastify-unit-${++apps}`, logger })
  app.get('/', async (request) => ({
    sent: request.hub.event('shop.opened'),
    exchange: currentExchange() ?? null,
  }))
  expect((await app.inject('/')).json()).toEqual({ sent: false, exchange: null })
  expect(app.hub.coverage()).toEqual([])
  await app.close()
})

test('a child that has the line for itself is watched alone', async () => {
  const app = fastify()
  const seen: (string | undefined)[] = []
  const options = optionsOf()
  app.register(
    async (child) => {
      child.register(hubline, options)
      child.get('/in', async () => void seen.push(currentExchange()?.route))
      onTestFinished(() => child.hub.close(0))
    },
    { prefix: '/child' },
  )
  app.get('/out', async () => void seen.push(currentExchange()?.route))
  await app.inject('/child/in')
  await app.inject('/out')
  await app.close()
  expect(seen).toEqual(['/child/in', undefined])
})
