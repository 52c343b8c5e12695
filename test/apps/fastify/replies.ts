import { expect } from 'vitest'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import { flow } from '../flow.ts'
import { CLOSE_FRAME, HANDSHAKE, textFrame } from '../websocket.ts'
import { fastifyApp } from './make.ts'

export const replies = [
  fastifyApp(
    'everything that can be sent',
    [
      '/text',
      '/object',
      '/buffer',
      '/bytes',
      '/null',
      '/nothing',
      '/stream',
      '/web',
      '/response',
      '/late',
      '/awaited',
      '/returned',
      '/204',
      '/304',
      '/redirect',
      '/trailer',
      '/cookies',
      '/serialised',
      '/number',
      '/hints',
    ].flatMap((path) => [{ path }, { method: 'HEAD', path }]),
    (app) => {
      app.get('/text', async () => 'text')
      app.get('/object', async () => ({ a: 1 }))
      app.get('/buffer', async () => Buffer.from('buffer'))
      app.get('/bytes', (_request, reply) => reply.type('application/x-bytes').send(new Uint8Array([65, 66])))
      app.get('/null', async () => null)
      app.get('/nothing', (_request, reply) => void reply.code(202).send())
      app.get('/stream', (_request, reply) => reply.type('text/plain').send(flow(5, 10)))
      app.get('/web', (_request, reply) => reply.send(Readable.toWeb(flow(5, 10))))
      app.get(
        '/response',
        async () => new Response('from fetch', { status: 203, headers: { 'x-from': 'fetch' } }),
      )
      app.get('/late', (_request, reply) => void setTimeout(() => reply.send('late'), 10))
      app.get('/awaited', async (_request, reply) => {
        setImmediate(() => reply.send('awaited'))
        await reply
      })
      app.get('/returned', async (_request, reply) => {
        await turn()
        return reply.header('x-n', 1).send({ returned: true })
      })
      app.get('/204', async (_request, reply) => void reply.code(204))
      app.get('/304', (_request, reply) => reply.code(304).header('etag', '"1"').send())
      app.get('/redirect', (_request, reply) => reply.redirect('/text', 307))
      app.get('/trailer', (_request, reply) => {
        reply.trailer('x-sum', async () => '7')
        return reply.send('with a trailer')
      })
      app.get('/cookies', (_request, reply) =>
        reply.header('set-cookie', 'a=1').header('set-cookie', 'b=2').send({}),
      )
      app.get('/serialised', (_request, reply) =>
        reply
          .serializer((value: unknown) => `<${String(value)}>`)
          .type('text/x')
          .send({}),
      )
      app.get('/number', (_request, reply) => reply.type('text/plain').send('7'))
      app.get('/hints', (_request, reply) => {
        reply.raw.writeEarlyHints({ link: '</app.css>; rel=preload' })
        return reply.send('hinted')
      })
    },
    // Fastify has no HEAD of a Response.
    { errors: [expect.stringContaining('an instance of Response')] },
  ),

  fastifyApp(
    'hooks that change what is sent',
    [
      { path: '/object' },
      { path: '/text' },
      { path: '/stream' },
      { path: '/replaced' },
      { path: '/error' },
      { path: '/early' },
      { method: 'POST', path: '/doubled', headers: { 'Content-Type': 'text/plain' }, body: 'ab' },
      { path: '/nowhere' },
      { path: '/failing-on-send' },
    ],
    (app) => {
      const order: string[] = []
      for (const hook of ['onRequest', 'preValidation', 'preHandler'] as const) {
        app.addHook(hook, async (request) => void order.push(`${hook} ${request.url}`))
      }
      app.addHook('onRequest', (request, reply, done) => {
        if (request.url === '/early') reply.code(403).send('too early')
        else done()
      })
      app.addHook('preParsing', async (request, _reply, payload) => {
        if (request.url !== '/doubled') return payload
        const chunks: Buffer[] = []
        for await (const chunk of payload) chunks.push(chunk as Buffer)
        const doubled = Readable.from([Buffer.concat([...chunks, ...chunks])]) as Readable & {
          receivedEncodedLength: number
        }
        doubled.receivedEncodedLength = Buffer.concat(chunks).length
        return doubled
      })
      app.addHook('preSerialization', async (_request, _reply, payload) => ({ wrapped: payload }))
      app.addHook('onSend', async (request, reply, payload) => {
        reply.header('x-order', order.splice(0).join(','))
        if (request.url === '/replaced') {
          reply.header('content-encoding', 'gzip').removeHeader('content-length')
          return gzipSync(String(payload))
        }
        if (request.url === '/failing-on-send') throw new Error('in onSend')
        return payload
      })
      app.addHook('onError', async (_request, reply, error) => void reply.header('x-error', error.message))
      app.get('/object', async () => ({ a: 1 }))
      app.get('/text', async () => 'text')
      app.get('/stream', async () => flow(3, 5))
      app.get('/replaced', async () => ({ long: 'x'.repeat(200) }))
      app.get('/error', async () => {
        throw new Error('told')
      })
      app.post('/doubled', async (request) => request.body)
      app.get('/early', async () => 'never')
      app.get('/failing-on-send', async () => ({}))
    },
    { errors: ['told', 'in onSend', 'in onSend'], last: true },
  ),

  fastifyApp(
    'replies that the app takes into its own hands',
    [
      { path: '/hijacked' },
      { path: '/events' },
      { path: '/raw' },
      { path: '/piped' },
      { path: '/destroyed', seen: ['GET undefined'] },
      { path: '/broken', seen: ['GET 200'] },
      { path: '/upstream' },
      {
        upgrade: { path: '/chat', headers: HANDSHAKE },
        say: Buffer.concat([textFrame('hello'), CLOSE_FRAME]),
      },
    ],
    async (app) => {
      app.get('/hijacked', (_request, reply) => {
        reply.hijack()
        reply.raw.writeHead(200, { 'X-Raw': 'yes' }).end('hijacked')
      })
      app.get('/events', (_request, reply) => {
        reply.hijack()
        reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' })
        flow(4, 5)
          .on('data', (line: Buffer) => void reply.raw.write(`data: ${String(line)}\n`))
          .on('end', () => reply.raw.end())
      })
      app.get('/raw', (_request, reply) => void reply.raw.end('raw'))
      app.get('/piped', (request, reply) => {
        reply.hijack()
        flow(100, 1000).pipe(reply.raw)
        request.log.info('piped')
      })
      app.get('/destroyed', (_request, reply) => void reply.raw.destroy())
      app.get('/broken', (_request, reply) => reply.send(flow(3, 10, true)))
      const upstream = createServer((_req, res) => void res.end('from far')).listen(0, '127.0.0.1')
      await once(upstream, 'listening')
      app.addHook('onClose', () => new Promise<void>((resolve) => upstream.close(() => resolve())))
      app.get('/upstream', async (_request, reply) => {
        const answer = await fetch(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}`, {
          headers: { connection: 'close' },
        })
        return reply.header('x-length', answer.headers.get('content-length')).send(answer.body)
      })
      const sockets = new WebSocketServer({ noServer: true })
      sockets.on('connection', (socket) =>
        socket.on('message', (text) => socket.send(`echo ${String(text)}`)),
      )
      app.server.on('upgrade', (request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, (each) => sockets.emit('connection', each, request))
      })
    },
    { errors: ['the source broke'] },
  ),

  fastifyApp(
    'over HTTP/2',
    [
      { http2: { path: '/items/7' } },
      {
        http2: {
          method: 'POST',
          path: '/items',
          headers: { 'content-type': 'application/json' },
          body: '{"n":1}',
        },
      },
      { http2: { path: '/stream' } },
      { http2: { path: '/fail' } },
      { http2: { path: '/nowhere' } },
      { http2: { method: 'HEAD', path: '/items/7' } },
      { http2: { path: '/trailer' } },
      { http2: { path: '/%' } },
    ],
    (app) => {
      app.get('/items/:id', async (request) => request.params)
      app.post('/items', async (request) => request.body)
      app.get('/stream', (_request, reply) => reply.type('text/plain').send(flow(20, 1000)))
      app.get('/fail', async () => {
        throw new Error('over HTTP/2')
      })
      app.get('/trailer', (_request, reply) => {
        reply.trailer('x-sum', async () => '7')
        return reply.send('with a trailer')
      })
    },
    { options: () => ({ http2: true }), errors: ['over HTTP/2'] },
  ),
]
