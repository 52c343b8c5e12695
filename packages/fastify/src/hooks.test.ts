import { ReadableStream } from 'node:stream/web'
import type { IncomingMessage } from 'node:http'
import middie from '@fastify/middie'
import { expect, test } from 'vitest'
import { report, statusOf } from './test-app.ts'

test('an error of a hook that was registered before the line is reported', async () => {
  const { url, told } = await report((app) => app.get('/users/:id', async () => 'in'), {
    before: (app) =>
      app.addHook('onRequest', async () => {
        throw new RangeError('not let in')
      }),
  })
  expect(await statusOf(`${url}/users/7`)).toBe(500)
  expect(await told()).toMatchObject({
    requests: [{ action: 'GET /users/:id', outcome: 'server_error', status: 500 }],
    errors: [{ message: 'not let in', handled: false, route: '/users/:id', status: 500 }],
  })
})

test('an error of middleware that was registered before the line is reported', async () => {
  const { url, told } = await report((app) => app.get('/', async () => 'in'), {
    before: async (app) => {
      await app.register(middie)
      app.use((_req: IncomingMessage, _res: unknown, next: (error: Error) => void) => next(new Error('no')))
    },
  })
  expect(await statusOf(url)).toBe(500)
  expect(await told()).toMatchObject({
    requests: [{ action: 'GET /', status: 500 }],
    errors: [{ message: 'no', handled: false }],
  })
})

test('a header that cannot be sent is one error', async () => {
  const { url, told } = await report((app) =>
    app.get('/', async (_request, reply) => reply.header('x-name', 'two\nlines').send('in')),
  )
  expect(await statusOf(url)).toBe(500)
  expect(await told()).toMatchObject({ requests: [{ status: 500 }], errors: [{ error_type: 'TypeError' }] })
})

test('a route that calls what answers an unknown path is none', async () => {
  const { url, told } = await report((app) =>
    app.get('/users/:id', (_request, reply) => reply.callNotFound()),
  )
  expect(await statusOf(`${url}/users/7`)).toBe(404)
  const { requests, errors } = await told()
  expect(requests).toMatchObject([{ action: 'GET', outcome: 'client_error', status: 404 }])
  expect(requests[0]).not.toHaveProperty('route')
  expect(errors).toEqual([])
})

test('a web stream that fails after the headers has broken off its answer', async () => {
  const { url, told } = await report((app) =>
    app.get('/', (_request, reply) => {
      let chunks = 0
      const pull = (controller: ReadableStreamDefaultController): void => {
        if (chunks++ > 0) throw new RangeError('broke')
        controller.enqueue(Buffer.from('half'))
      }
      return reply.send(new ReadableStream({ pull }))
    }),
  )
  expect(await statusOf(url)).toBe(undefined)
  expect(await told()).toMatchObject({
    requests: [{ outcome: 'server_error', status: 200 }],
    errors: [{ error_type: 'IncompleteResponse', handled: false }],
  })
})
