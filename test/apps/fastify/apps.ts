import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer } from 'node:http'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import middie from '@fastify/middie'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import connectCors from 'cors'
import type { RequestHandler } from 'express'
import { makeFiles } from '../files.ts'
import { fastifyApp } from './make.ts'

const folder = makeFiles()
const JS = { path: '/static/app.js' }

export const apps = [
  fastifyApp(
    'a site of static files',
    [
      JS,
      { ...JS, method: 'HEAD' },
      { ...JS, headers: { Range: 'bytes=0-9' } },
      { ...JS, headers: { Range: 'bytes=99999-' } },
      { ...JS, headers: { 'If-Modified-Since': 'Wed, 15 Nov 2023 00:00:00 GMT' } },
      { path: '/static/' },
      { path: '/static/.secret' },
      { path: '/static/nowhere' },
      { path: '/static/%2e%2e/etc' },
      { path: '/report' },
      { path: '/page' },
    ],
    (app) => {
      app.register(files, { root: folder, prefix: '/static/', maxAge: '1h', dotfiles: 'ignore' })
      app.get('/report', (_request, reply) => reply.download('report 1.txt', 'Übersicht.txt'))
      app.get('/page', (_request, reply) => reply.sendFile('index.html'))
      app.setNotFoundHandler(
        (_request, reply) => void reply.code(404).type('text/html').send('<h1>no such page</h1>'),
      )
    },
    { errors: ['Range Not Satisfiable', 'Forbidden'] },
  ),

  fastifyApp(
    'an API for other origins, under helmet',
    [
      { path: '/', headers: { Origin: 'https://shop.test' } },
      { path: '/', headers: { Origin: 'https://thief.test' } },
      {
        method: 'OPTIONS',
        path: '/',
        headers: { Origin: 'https://shop.test', 'Access-Control-Request-Method': 'PUT' },
      },
      {
        method: 'OPTIONS',
        path: '/nowhere',
        headers: { Origin: 'https://shop.test', 'Access-Control-Request-Method': 'PUT' },
      },
      { method: 'OPTIONS', path: '/' },
      { path: '/nowhere' },
      { path: '/framed' },
    ],
    async (app) => {
      await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'self'"] } } })
      await app.register(cors, {
        credentials: true,
        origin: (from, done) =>
          from === 'https://thief.test' ? done(new Error('not from there'), false) : done(null, true),
      })
      app.get('/', async () => ({ shop: true }))
      app.get('/framed', { helmet: { frameguard: false } }, async () => 'in a frame')
    },
    { errors: ['not from there'] },
  ),

  fastifyApp(
    'plugins within plugins, decorated',
    [
      { path: '/me', headers: { authorization: 'Bearer ada' } },
      { path: '/me' },
      { path: '/v1/shops/7/items/9' },
      { path: '/v2/shops/7/items/9' },
      { path: '/v1/shops/7/fail' },
      { path: '/admin/users', headers: { authorization: 'Bearer root' } },
      { path: '/admin/users', headers: { authorization: 'Bearer ada' } },
    ],
    (app) => {
      app.decorateRequest('user', null)
      app
        .decorate('answer', 42)
        .decorateReply('ok', function ok(this: { send(body: unknown): unknown }, body: unknown) {
          return this.send({ ok: body })
        })
      app.addHook('onRequest', async (request, reply) => {
        const name = request.headers.authorization?.split(' ')[1]
        if (!name && request.url === '/me') return reply.code(401).header('www-authenticate', 'Bearer').send()
        ;(request as unknown as { user: unknown }).user = name && { name }
      })
      app.get('/me', (request, reply) =>
        (reply as unknown as { ok(body: unknown): void }).ok((request as unknown as { user: unknown }).user),
      )
      const shops = async (child: FastifyInstance, { deep }: { deep: boolean }) => {
        child.get('/items/:item', async (request) => ({ ...(request.params as object), deep }))
        child.get('/fail', async () => {
          throw new Error(`deep ${deep}`)
        })
      }
      app.register(shops, { prefix: '/v1/shops/:shop', deep: true })
      app.register(shops, { prefix: '/v2/shops/:shop', deep: false })
      app.register(
        async (admin) => {
          admin.addHook('preHandler', async (request) => {
            if ((request as unknown as { user: { name: string } }).user.name !== 'root')
              throw Object.assign(new Error('not you'), { statusCode: 403 })
          })
          admin.get('/users', async () => ['ada'])
        },
        { prefix: '/admin' },
      )
    },
    { errors: ['deep true', 'not you'], last: true },
  ),

  fastifyApp(
    'routes of every kind, by version and host',
    [
      { path: '/thing', headers: { 'Accept-Version': '1.x' } },
      { path: '/thing', headers: { 'Accept-Version': '2.0.0' } },
      { path: '/thing', headers: { 'Accept-Version': '3' } },
      { path: '/thing' },
      { path: '/host', headers: { Host: 'api.shop.test' } },
      { path: '/host' },
      { path: '/digits/42' },
      { path: '/digits/x' },
      { path: '/at/12h30m' },
      { path: '/maybe' },
      { path: '/maybe/7' },
      { path: '/files/a/b.txt' },
      { path: '/CASE' },
      { path: '/slash/' },
      { path: '//double' },
      { path: '/old/thing' },
      { path: `/maybe/${'x'.repeat(60)}` },
      { path: '/%E0%A4%A' },
      { path: '/a::b' },
      { method: 'PROPFIND', path: '/dav' },
      { method: 'LOCK', path: '/dav' },
    ],
    (app) => {
      app.addHttpMethod('PROPFIND')
      app.get('/thing', { constraints: { version: '1.2.0' } }, async () => 1)
      app.get('/thing', { constraints: { version: '2.0.0' } }, async () => 2)
      app.get('/host', { constraints: { host: 'api.shop.test' } }, async () => 'api')
      app.get('/digits/:n(^\\d+$)', async (request) => request.params)
      app.get('/at/:h(^\\d+)h:m(^\\d+)m', async (request) => request.params)
      app.get('/maybe/:id?', async (request) => request.params)
      app.get('/files/*', async (request) => request.params)
      app.get('/case', async () => 'any case')
      app.get('/slash', async () => 'with or without')
      app.get('/double', async () => 'one slash')
      app.get('/new', async () => 'new')
      app.get('/a::b', async () => 'a colon')
      app.route({ method: 'PROPFIND', url: '/dav', handler: async () => 'props' })
    },
    {
      options: () => ({
        routerOptions: {
          ignoreTrailingSlash: true,
          ignoreDuplicateSlashes: true,
          caseSensitive: false,
          maxParamLength: 50,
        },
        rewriteUrl: (request) => (request.url!.startsWith('/old') ? '/new' : request.url!),
      }),
    },
  ),

  fastifyApp(
    'behind a proxy, with ids and a server of its own',
    [
      {
        path: '/who',
        headers: {
          'X-Forwarded-For': '10.0.0.7, 10.0.0.1',
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Host': 'shop.example',
        },
      },
      { path: '/who', headers: { 'x-id': 'given' } },
      { path: '/bad', headers: { 'x-id': 'given' } },
      { path: '/%' },
      { path: '/plain', seen: [] },
      { together: [{ path: '/who' }, { path: '/nowhere' }, { method: 'HEAD', path: '/who' }] },
      { inTurn: [{ path: '/who' }, { path: '/who' }, { path: '/who' }] },
      { bytes: 'NONSENSE\r\n\r\n', methods: ['GET'], seen: [] },
      {
        bytes: `GET /who HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
        methods: ['GET'],
        seen: [],
      },
    ],
    (app) => {
      app.addHook('onSend', async (request, reply) => void reply.header('x-id', request.id))
      app.get('/who', async ({ ip, protocol, host, ips }) => ({ ip, protocol, host, ips }))
      app.get('/bad', async (_request, reply) => (reply as unknown as { badly(): void }).badly())
    },
    {
      options: () => ({
        trustProxy: true,
        requestIdHeader: 'x-id',
        genReqId: counter(),
        frameworkErrors: (error, _request, reply: FastifyReply) =>
          void reply.code(400).send({ framework: error.code }),
        serverFactory: (handler) =>
          createServer((req, res) => (req.url === '/plain' ? void res.end('plain') : handler(req, res))),
      }),
      errors: ['reply.badly is not a function'],
    },
  ),

  fastifyApp(
    'middleware of Connect, and a context of the app’s own',
    [
      { path: '/', headers: { Origin: 'https://shop.test' } },
      { method: 'OPTIONS', path: '/', headers: { Origin: 'https://shop.test' } },
      { path: '/stopped' },
      { path: '/failed' },
      {
        method: 'POST',
        path: '/context',
        headers: { 'Content-Type': 'application/json', 'x-tenant': 'acme' },
        body: '{}',
      },
    ],
    async (app) => {
      const tenants = new AsyncLocalStorage<string>()
      await app.register(middie)
      const connect = app as unknown as { use(...args: [...string[], RequestHandler]): void }
      connect.use(connectCors({ origin: 'https://shop.test' }))
      connect.use('/stopped', (_req, res) => void res.end('stopped here'))
      connect.use('/failed', (_req, _res, next) => next(new Error('in middleware')))
      app.addHook('preHandler', (request, _reply, done) => {
        tenants.run(String(request.headers['x-tenant']), done)
      })
      app.get('/', async () => 'home')
      app.get('/failed', async () => 'never')
      app.post('/context', async () => {
        await new Promise(setImmediate)
        return { tenant: tenants.getStore() }
      })
    },
    { errors: ['in middleware'] },
  ),

  fastifyApp(
    'handlers and clients that take too long',
    [{ path: '/slow' }, { path: '/in-time' }, { path: '/signalled' }],
    (app) => {
      app.get('/slow', () => {})
      app.get('/in-time', async () => 'in time')
      app.get('/signalled', async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return 'too late'
      })
    },
    {
      options: () => ({ handlerTimeout: 60 }),
      errors: ['/slow', '/signalled'].map((path) => `Request timed out after 60 ms on route '${path}'`),
    },
  ),
]

function counter(): () => string {
  let requests = 0
  return () => `request-${++requests}`
}
