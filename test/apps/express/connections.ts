import { createServer, request, type IncomingMessage, type Server } from 'node:http'
import { pipeline } from 'node:stream'
import express, { type NextFunction, type Request, type Response } from 'express'
import { WebSocketServer } from 'ws'
import { flow } from '../flow.ts'
import { CLOSE_FRAME, HANDSHAKE, textFrame } from '../websocket.ts'
import { expressApp } from './make.ts'

/** Starts a server that the app itself asks, on a port that is known once it listens. */
function upstream(): { port: () => number; server: Server } {
  const server = createServer((req, res) => {
    if (req.url === '/broken') return void req.socket.destroy()
    res.writeHead(203, { 'X-Upstream': 'yes', 'Content-Type': req.headers['content-type'] ?? 'text/plain' })
    const source = req.method === 'POST' ? req : flow(50, 1000)
    source.pipe(res)
  }).listen(0, '127.0.0.1')
  return { server, port: () => (server.address() as { port: number }).port }
}

export const connections = [
  expressApp(
    'a proxy that streams',
    [
      { path: '/proxy/items?page=2' },
      {
        method: 'POST',
        path: '/proxy/echo',
        headers: { 'Content-Type': 'text/csv' },
        chunks: ['a,b\n', '1,2\n'],
      },
      { path: '/proxy/broken' },
      { method: 'HEAD', path: '/proxy/items' },
    ],
    (app) => {
      const { server, port } = upstream()
      app.use('/proxy', (req, res, next) => {
        const { host: _, connection: __, ...headers } = req.headers
        const options = { port: port(), path: req.url, method: req.method, headers, agent: false as const }
        const outgoing = request(options, (answer: IncomingMessage) => {
          const { date: ___, connection: ____, ...fields } = answer.headers
          res.writeHead(answer.statusCode!, fields)
          answer.pipe(res)
        })
        outgoing.on('error', (error: NodeJS.ErrnoException) => next(Object.assign(error, { status: 502 })))
        req.pipe(outgoing)
      })
      app.use((error: Error & { status: number }, _req: Request, res: Response, _next: NextFunction) => {
        res.status(error.status).send('bad gateway')
      })
      return createServer(app).on('close', () => server.close())
    },
    { errors: ['socket hang up'] },
  ),

  expressApp(
    'streams, events and answers without a body',
    [
      { path: '/events' },
      { path: '/download' },
      { method: 'HEAD', path: '/download' },
      { path: '/trailers', headers: { TE: 'trailers' } },
      { path: '/hints' },
      { path: '/processing' },
      { path: '/204' },
      { path: '/304' },
      { path: '/length' },
      { path: '/broken', seen: ['GET 200'] },
      { path: '/pipeline', seen: ['GET 200'] },
      { path: '/late' },
      { method: 'POST', path: '/unread', body: 'z'.repeat(100_000) },
      { method: 'POST', path: '/continue', headers: { Expect: '100-continue' }, body: 'go' },
      { method: 'POST', path: '/trailing', chunks: ['a', 'b'], trailers: { 'X-Sum': '7' } },
    ],
    (app) => {
      app.get('/events', (_req, res) => {
        res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
        flow(5, 10)
          .on('data', (line: Buffer) => void res.write(`data: ${String(line)}\n`))
          .on('end', () => res.end())
      })
      app.get('/download', (_req, res) => void flow(200, 5000).pipe(res.type('bin')))
      app.get('/trailers', (_req, res) => {
        res.writeHead(200, { Trailer: 'X-Sum' }).write('body')
        res.addTrailers({ 'X-Sum': '4' })
        res.end()
      })
      app.get('/hints', (_req, res) => {
        res.writeEarlyHints({ link: '</app.css>; rel=preload; as=style' }, () => res.send('hinted'))
      })
      app.get('/processing', (_req, res) => {
        res.writeProcessing()
        setImmediate(() => res.send('processed'))
      })
      app.get('/204', (_req, res) => void res.status(204).json({ not: 'sent' }))
      app.get('/304', (_req, res) => void res.status(304).set('ETag', '"1"').end())
      app.get('/length', (_req, res) => {
        res.set('Content-Length', '6').write('abc')
        res.end('def')
      })
      app.get(
        '/broken',
        (_req, res) =>
          void flow(3, 10, true)
            .on('error', () => res.destroy())
            .pipe(res),
      )
      app.get('/pipeline', (_req, res) => pipeline(flow(3, 10, true), res, () => {}))
      app.get('/late', (_req, res) => void setTimeout(() => res.send('late'), 20))
      app.post('/unread', (_req, res) => void res.status(413).set('Connection', 'close').send('too much'))
      app.post('/continue', express.text({ type: () => true }), (req, res) => void res.send(req.body))
      app.post('/trailing', (req, res) => {
        req.resume().on('end', () => res.json(req.trailers))
      })
    },
    { errors: ['the source broke', 'the source broke'] },
  ),

  expressApp(
    'clients that keep their connection, and clients that cannot speak',
    [
      {
        together: [
          { path: '/slow' },
          { path: '/fast' },
          { method: 'HEAD', path: '/fast' },
          { path: '/nowhere' },
        ],
      },
      { inTurn: [{ path: '/fast' }, { method: 'POST', path: '/body', body: 'one' }, { path: '/slow' }] },
      { path: '/fast', version: '1.0' },
      {
        inTurn: [{ path: '/fast', version: '1.0', headers: { Connection: 'keep-alive' } }, { path: '/fast' }],
      },
      { path: 'http://shop.test/fast?absolute=1' },
      { method: 'OPTIONS', path: '*' },
      { bytes: 'GET / HTTP/1.1\r\n\r\n', methods: ['GET'] },
      { bytes: 'NONSENSE\r\n\r\n', methods: ['GET'], seen: [] },
      { bytes: 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', methods: ['GET'], seen: [] },
      {
        bytes: `GET /fast HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
        methods: ['GET'],
        seen: [],
      },
      {
        bytes: 'POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
        methods: ['POST'],
        seen: ['POST undefined'],
      },
      { inTurn: [{ path: '/close' }] },
      { path: '/fast', headers: { Expect: 'miracles' } },
    ],
    (app) => {
      app.get('/slow', (_req, res) => void setTimeout(() => res.send('slow'), 20))
      app.get('/fast', (req, res) => void res.send(`fast ${req.httpVersion} ${req.url}`))
      app.post('/body', (req, res) => {
        req.resume().on('end', () => res.send('read'))
        // A body that cannot be read is the parser's affair.
        req.on('error', () => {})
      })
      app.get('/close', (_req, res) => void res.set('Connection', 'close').send('bye'))
    },
  ),

  expressApp(
    'web sockets beside requests',
    [
      { path: '/' },
      {
        upgrade: { path: '/chat', headers: HANDSHAKE },
        say: Buffer.concat([textFrame('hello'), CLOSE_FRAME]),
      },
      { path: '/chat' },
      { upgrade: { path: '/closed', headers: HANDSHAKE }, say: '' },
      { path: '/', headers: { Connection: 'close, Upgrade', Upgrade: 'h2c' }, seen: [] },
      { path: '/chat', headers: { Upgrade: 'websocket' } },
    ],
    (app) => {
      app.get('/', (_req, res) => void res.send('the shop'))
      app.get('/chat', (_req, res) => void res.status(426).set('Upgrade', 'websocket').end())
      const server = createServer(app)
      const sockets = new WebSocketServer({ noServer: true })
      sockets.on('connection', (socket) => {
        socket.on('message', (text) => socket.send(`echo ${String(text)}`))
      })
      server.on('upgrade', (request, socket, head) => {
        if (request.url !== '/chat')
          return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
        sockets.handleUpgrade(request, socket, head, (each) => sockets.emit('connection', each, request))
      })
      return server
    },
  ),

  expressApp(
    'a server of plain Node with the app behind it',
    [
      { path: '/app/ok' },
      { path: '/plain', seen: [] },
      { path: '/app/fail' },
      { method: 'POST', path: '/app/echo', body: 'sent' },
      { path: '/app/given-up' },
    ],
    (app) => {
      app.get('/ok', (req, res) => void res.json({ url: req.url, original: req.originalUrl }))
      app.get('/fail', () => {
        throw new Error('behind')
      })
      app.post('/echo', (req, res) => void req.pipe(res))
      return createServer((req, res) => {
        res.setHeader('X-Front', 'yes')
        if (!req.url!.startsWith('/app')) return void res.end('plain')
        req.url = req.url!.slice('/app'.length)
        ;(app as unknown as (req: object, res: object, done: () => void) => void)(req, res, () => {
          res.statusCode = 421
          res.end('given up')
        })
      })
    },
    { errors: ['behind'] },
  ),
]
