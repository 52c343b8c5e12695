import compression from 'compression'
import session from 'cookie-session'
import cors from 'cors'
import express, { type NextFunction, type Request, type Response } from 'express'
import helmet from 'helmet'
import { expressApp } from './make.ts'

const TEXT = 'A chair is a seat for one. '.repeat(200)
const json = { 'Content-Type': 'application/json' }

export const middleware = [
  expressApp(
    'an API that compresses and caches',
    [
      { path: '/text', headers: { 'Accept-Encoding': 'gzip' } },
      { path: '/text', headers: { 'Accept-Encoding': 'deflate' } },
      { path: '/text', headers: { 'Accept-Encoding': 'br' } },
      { path: '/text', headers: { 'Accept-Encoding': 'gzip;q=0' } },
      { method: 'HEAD', path: '/text', headers: { 'Accept-Encoding': 'gzip' } },
      { path: '/small', headers: { 'Accept-Encoding': 'gzip' } },
      { path: '/small', headers: { 'If-None-Match': 'W/"2-vyGp6PvFo4RvsFtPoIWeCReyIC8"' } },
      { path: '/tagged', headers: { 'If-None-Match': '"v1"' } },
      { path: '/tagged', headers: { 'If-None-Match': '"v1"', 'Cache-Control': 'no-cache' } },
      { path: '/lines', headers: { 'Accept-Encoding': 'gzip' } },
      { path: '/no-transform', headers: { 'Accept-Encoding': 'gzip' } },
      { path: '/missing', headers: { 'Accept-Encoding': 'gzip' } },
    ],
    (app) => {
      app.use(compression({ threshold: 100 }))
      app.get('/text', (_req, res) => void res.type('text').send(TEXT))
      app.get('/small', (_req, res) => void res.json({}))
      app.get(
        '/tagged',
        (_req, res) => void res.set({ ETag: '"v1"', 'Cache-Control': 'max-age=60' }).send(TEXT),
      )
      app.get('/no-transform', (_req, res) => void res.set('Cache-Control', 'no-transform').send(TEXT))
      app.get('/lines', (_req, res) => {
        res.type('text')
        for (let line = 0; line < 20; line++) {
          res.write(`line ${line} ${TEXT}\n`)
          ;(res as unknown as { flush(): void }).flush()
        }
        res.end()
      })
    },
  ),

  expressApp(
    'an API for other origins, under helmet',
    [
      { path: '/orders', headers: { Origin: 'https://shop.test' } },
      { path: '/orders', headers: { Origin: 'https://thief.test' } },
      {
        method: 'OPTIONS',
        path: '/orders',
        headers: {
          Origin: 'https://shop.test',
          'Access-Control-Request-Method': 'PUT',
          'Access-Control-Request-Headers': 'x-tenant',
        },
      },
      { method: 'OPTIONS', path: '/nowhere', headers: { Origin: 'https://shop.test' } },
      { method: 'PUT', path: '/orders', headers: { Origin: 'https://shop.test', ...json }, body: '{"n":1}' },
      { path: '/page' },
      { path: '/nowhere' },
    ],
    (app) => {
      app.disable('x-powered-by')
      app.use(helmet({ contentSecurityPolicy: { directives: { scriptSrc: ["'self'", "'nonce-1'"] } } }))
      const origin = (from: string, done: (error: Error | null, allowed?: boolean) => void) =>
        from === 'https://thief.test' ? done(new Error('not from there')) : done(null, true)
      app.use(cors({ origin, credentials: true, exposedHeaders: ['x-total'], maxAge: 600 }))
      app.use(express.json())
      app.get('/orders', (_req, res) => void res.set('x-total', '2').json([1, 2]))
      app.put('/orders', (req, res) => void res.status(202).json(req.body))
      app.get('/page', (_req, res) => void res.send('<h1>orders</h1>'))
      app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(403).json({ error: error.message })
      })
    },
    { errors: ['not from there'] },
  ),

  expressApp(
    'a site with a session in its cookies',
    [
      { path: '/' },
      {
        method: 'POST',
        path: '/login',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'name=Ada',
      },
      { path: '/', headers: { Cookie: 'session=eyJuYW1lIjoiQWRhIn0=; session.sig=forged' } },
      { method: 'POST', path: '/logout' },
      { path: '/old' },
      { path: '/cookies', headers: { Cookie: 'a=1; b=%7B%22n%22%3A1%7D; c="q"' } },
      { path: '/back', headers: { Referer: 'http://shop.test/orders' } },
      { method: 'POST', path: '/orders' },
    ],
    (app) => {
      app.use(session({ name: 'session', keys: ['only a test key'] }))
      app.use(express.urlencoded({ extended: true }))
      const sessionOf = (req: Request) => (req as unknown as { session: { name?: string } | null }).session
      const login = (req: Request, res: Response, next: NextFunction) =>
        sessionOf(req)?.name ? next() : res.redirect(303, '/login?next=%2Forders')
      app.get('/', (req, res) => void res.send(`hello ${sessionOf(req)?.name ?? 'stranger'}`))
      app.post('/login', (req, res) => {
        sessionOf(req)!.name = (req.body as { name: string }).name
        res.redirect('/')
      })
      app.post('/logout', (req, res) => {
        ;(req as unknown as { session: null }).session = null
        res.clearCookie('theme').redirect('/')
      })
      app.get('/old', (_req, res) => void res.redirect(301, '/new place'))
      app.get('/cookies', (req, res) => {
        res.cookie('theme', 'dark', { httpOnly: true, sameSite: 'lax', path: '/x' })
        res.cookie('cart', { n: 1 }).append('Set-Cookie', 'raw=1').json(req.headers.cookie)
      })
      app.get('/back', (req, res) => void res.redirect(req.get('Referer') ?? '/'))
      app.post('/orders', login, (_req, res) => void res.json({}))
    },
  ),

  expressApp(
    'an app whose middleware replaces what a response does',
    [
      { path: '/' },
      { path: '/' },
      { path: '/' },
      { path: '/head' },
      { method: 'HEAD', path: '/' },
      { path: '/fail' },
    ],
    (app) => {
      let requests = 0
      app.use((req, res, next) => {
        // Names every request, as request-id packages do.
        const id = String(++requests)
        ;(req as unknown as { id: string }).id = id
        res.setHeader('X-Request-Id', id)
        next()
      })
      app.use((_req, res, next) => {
        // Sets a header at the last moment, as on-headers does.
        const { writeHead } = res
        res.writeHead = function late(this: Response, ...args: unknown[]) {
          if (!this.headersSent) this.setHeader('X-Late', 'yes')
          return Reflect.apply(writeHead, this, args) as Response
        } as Response['writeHead']
        next()
      })
      app.use((_req, res, next) => {
        const { end, json } = res
        res.json = (body) => json.call(res, { data: body as unknown })
        res.end = function counted(this: Response, ...args: unknown[]) {
          this.req.emit('answered')
          return Reflect.apply(end, this, args) as Response
        } as Response['end']
        next()
      })
      app.use((_req, res, next) => {
        if (requests > 2 && requests < 4) res.status(429).set('Retry-After', '60').end()
        else next()
      })
      app.get('/', (req, res) => void res.json({ id: (req as unknown as { id: string }).id }))
      app.get('/head', (_req, res) => void res.writeHead(206, 'Some of it', { 'X-Part': '1' }).end('part'))
      app.get('/fail', () => {
        throw Object.assign(new Error('for long'), { status: 423, headers: { 'Retry-After': '5' } })
      })
    },
    { errors: ['for long'] },
  ),
]
