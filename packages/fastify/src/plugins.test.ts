import { once } from 'node:events'
import express from '@fastify/express'
import websocket from '@fastify/websocket'
import { currentExchange } from '@hubline/core/adapter'
import { expect, test } from 'vitest'
import { report, statusOf } from './test-app.ts'

test.each(['before', 'behind'])(
  'with @fastify/express %s the line answers have their status',
  async (place) => {
    const { url, told } = await report(
      async (app) => {
        if (place === 'behind') await app.register(express)
        app.get('/a', async () => 'a')
        app.get('/b', async (_request, reply) => reply.code(404).send('b'))
        app.get('/c', async () => {
          throw new RangeError('c')
        })
      },
      { before: async (app) => void (place === 'before' && (await app.register(express))) },
    )
    for (const path of ['/a', '/b', '/c']) await statusOf(url + path)
    const { requests, errors } = await told(3)
    expect(requests).toMatchObject([
      { action: 'GET /a', outcome: 'ok', status: 200 },
      { action: 'GET /b', outcome: 'client_error', status: 404 },
      { action: 'GET /c', outcome: 'server_error', status: 500 },
    ])
    expect(errors).toMatchObject([{ message: 'c', status: 500 }])
  },
)

test('a WebSocket is no request, and its handlers know their context', async () => {
  const { url, sink, told } = await report(async (app) => {
    await app.register(websocket)
    app.get('/echo', { websocket: true }, (socket) => {
      const traceId = currentExchange()?.traceId
      socket.on('message', () => socket.send(String(traceId)))
    })
    app.get('/ok', async () => 'ok')
  })
  const socket = new WebSocket(`${url.replace('http', 'ws')}/echo`)
  await once(socket, 'open')
  socket.send('hello')
  const [{ data }] = (await once(socket, 'message')) as [{ data: string }]
  expect(data).toMatch(/^[0-9a-f]{32}$/)
  socket.close()
  await once(socket, 'close')
  await statusOf(`${url}/ok`)
  expect(await told()).toMatchObject({ requests: [{ action: 'GET /ok', outcome: 'ok' }], errors: [] })
  expect(sink.ofType('InteractionDetected')).toHaveLength(1)
})

test('an upgrade that is refused is a request, with what was in its way', async () => {
  const { url, told } = await report(async (app) => {
    await app.register(websocket)
    const preValidation = async (): Promise<never> => {
      throw Object.assign(new Error('who are you?'), { statusCode: 403 })
    }
    app.get('/echo', { websocket: true, preValidation }, () => {})
  })
  const socket = new WebSocket(`${url.replace('http', 'ws')}/echo`)
  await once(socket, 'error')
  expect(await told()).toMatchObject({
    requests: [{ action: 'GET /echo', outcome: 'client_error', status: 403 }],
    errors: [{ message: 'who are you?', severity: 'warning' }],
  })
})

test('an error of a WebSocket handler is one error where the app passes it on', async () => {
  const { url, sink } = await report(async (app) => {
    await app.register(websocket, {
      errorHandler(error, socket, request) {
        request.hub.error(error, { handled: false })
        socket.terminate()
      },
    })
    app.get('/echo', { websocket: true }, () => {
      throw new RangeError('no echo')
    })
  })
  const socket = new WebSocket(`${url.replace('http', 'ws')}/echo`)
  await once(socket, 'close')
  const { payload } = await sink.event('ErrorReported')
  expect(payload).toMatchObject({ message: 'no echo', handled: false, route: '/echo' })
  expect(sink.ofType('InteractionDetected')).toEqual([])
})
