import express, { type NextFunction, type Request, type Response, Router } from 'express'
import { expressApp, version } from './make.ts'

const accept = (type: string) => ({ headers: { Accept: type } })

export const routing = [
  expressApp(
    'a REST service of nested routers',
    [
      { path: '/api/v1/shops/7/items/9?page=2&tags[]=a&tags[]=b' },
      { path: '/api/v1/shops/0/items/9' },
      {
        method: 'POST',
        path: '/api/v1/shops/7/items',
        headers: { 'Content-Type': 'application/json' },
        body: '{"n":1}',
      },
      { method: 'DELETE', path: '/api/v1/shops/7/items/9' },
      { method: 'PATCH', path: '/api/v1/shops/7/items/9' },
      { method: 'OPTIONS', path: '/api/v1/shops/7/items' },
      { method: 'HEAD', path: '/api/v1/shops/7/items/9' },
      { path: '/api/v2/shops/7' },
      { path: '/api/v3/shops/7' },
      { path: '/api/shops/7', headers: { 'Accept-Version': '2' } },
      { path: '/api/v1/shops/7/items/%zz' },
    ],
    (app) => {
      const shops = Router()
      const items = Router({ mergeParams: true })
      app.use(express.json())
      shops.param('shop', (req, _res, next, shop: string) => {
        if (shop === '0') return next(Object.assign(new Error('no shop 0'), { status: 404 }))
        ;(req as unknown as { shop: object }).shop = { shop }
        next()
      })
      items
        .route('/')
        .all((_req, res, next) => void (res.set('X-Items', 'yes'), next()))
        .get((_req, res) => void res.json([]))
        .post((req, res) => void res.status(201).location('/items/10').json(req.body))
      items.get('/:item', (req, res) => void res.json({ ...req.params, query: req.query }))
      items.delete('/:item', (_req, res) => void res.status(204).end())
      items.all('/:item', (_req, res) => void res.status(405).set('Allow', 'GET, DELETE').end())
      shops.use('/:shop/items', items)
      shops.get('/:shop', (req, res) => void res.json((req as unknown as { shop: object }).shop))
      app.use('/api/v1/shops', shops)
      app.use('/api/v2/shops', (_req, res, next) => void (res.set('X-Version', '2'), next()), shops)
      app.use('/api/shops', (req, res, next) => {
        if (req.get('Accept-Version') !== '2') return next('router')
        shops(req, res, next)
      })
      app.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
        res.status(error.status ?? 500).json({ error: error.message })
      })
    },
    { errors: ['no shop 0', "Failed to decode param '%zz'"] },
  ),

  expressApp(
    'routes of every kind',
    [
      { path: '/digits/42' },
      { path: '/digits/x' },
      { path: '/files/a/b/c.txt' },
      { path: '/one' },
      { path: '/two' },
      { path: '/Case' },
      { path: '/case' },
      { path: '/slash/' },
      { path: '/maybe' },
      { path: '/maybe/7' },
      { path: '/flights/ROM-PAR' },
      { path: '/choose?admin=1' },
      { path: '/choose' },
      { path: '/multi' },
      { method: 'PROPFIND', path: '/multi' },
      { path: '//double' },
      { path: '/%F0%9F%AA%91' },
      { method: 'OPTIONS', path: '/one' },
      { path: '/files/a%2Fb' },
    ],
    (app) => {
      app.get(/^\/digits\/(\d+)$/, (req, res) => void res.json(req.params))
      app.get(version === 4 ? '/files/*' : '/files/*rest', (req, res) => void res.json(req.params))
      app.get(['/one', '/two'], (req, res) => void res.send(req.path))
      app.get('/Case', (_req, res) => void res.send('as it is written'))
      app.get('/slash', (_req, res) => void res.send('without'))
      app.get(version === 4 ? '/maybe/:id?' : '/maybe{/:id}', (req, res) => void res.json(req.params))
      app.get('/flights/:from-:to', (req, res) => void res.json(req.params))
      app.get(
        '/choose',
        (req, _res, next) => next(req.query['admin'] ? undefined : 'route'),
        (_req, res) => void res.send('admin'),
      )
      app.get('/choose', (_req, res) => void res.send('user'))
      app.all('/multi', [first, second], (_req: Request, res: Response) => void res.json(res.locals))
      app.get('/' + encodeURIComponent('🪑'), (_req, res) => void res.send('a chair'))
      app.use((req, res) => void res.status(404).json({ no: req.originalUrl }))
    },
    {
      settings: (app) => {
        app.enable('case sensitive routing').enable('strict routing').set('query parser', 'simple')
      },
    },
  ),

  expressApp(
    'apps within apps, by path and by host',
    [
      { path: '/admin/users/7' },
      { path: '/admin/fail' },
      { path: '/back/users/7' },
      { path: '/blog/2024/news' },
      { path: '/', headers: { Host: 'api.shop.test' } },
      { path: '/fail', headers: { Host: 'api.shop.test' } },
      { path: '/', headers: { Host: 'www.shop.test' } },
      { path: '/admin/nowhere' },
    ],
    (app) => {
      const admin = express()
      admin.set('env', 'test').disable('x-powered-by').disable('etag')
      admin.get(
        '/users/:id',
        (req, res) => void res.json({ id: req.params.id, at: req.baseUrl, path: admin.path() }),
      )
      admin.get('/fail', () => {
        throw new Error('the admin failed')
      })
      admin.use((error: Error, _req: Request, res: Response, next: NextFunction) => {
        res.set('X-Seen-By', 'admin')
        next(error)
      })
      app.use(['/admin', '/back'], admin)

      const blog = express()
      blog.get('/:slug', (req, res) => void res.json(req.params))
      app.use('/blog/:year', blog)

      const api = express()
      api.set('json spaces', 2).set('env', 'test')
      api.get('/', (_req, res) => void res.json({ api: true }))
      api.get('/fail', (_req, _res, next) => next(new Error('the api failed')))
      app.use((req, res, next) => (req.hostname === 'api.shop.test' ? api(req, res, next) : next()))
      app.get('/', (_req, res) => void res.send('the shop'))
      app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(502).send(error.message)
      })
    },
    { errors: ['the admin failed', 'the api failed'] },
  ),

  expressApp(
    'one resource in many forms',
    [
      { path: '/7', ...accept('application/json') },
      { path: '/7', ...accept('text/html;q=0.9, text/plain') },
      { path: '/7', ...accept('image/png') },
      { path: '/7', headers: { 'Accept-Language': 'de, en;q=0.5' } },
      { path: '/jsonp?callback=show' },
      { path: '/jsonp?callback=a.b[0]<>' },
      { path: '/status' },
      { path: '/links' },
      { path: '/empty' },
      { path: '/buffer' },
      { path: '/reset' },
      { path: '/vary' },
    ],
    (app) => {
      app.set('etag', 'strong').set('json escape', true)
      app.get('/:id', (req, res, next) => {
        if (req.params['id'] !== '7') return next()
        res.set('Content-Language', req.acceptsLanguages('en', 'de') || 'en')
        res.format({
          json: () => void res.json({ id: 7, html: '<b>' }),
          text: () => void res.send('seven'),
          html: () => void res.send('<b>7</b>'),
        })
      })
      app.get('/jsonp', (_req, res) => void res.jsonp({ n: 1 }))
      app.get('/status', (_req, res) => void res.sendStatus(418))
      app.get('/links', (_req, res) => void res.links({ next: '/2', last: '/9' }).json([]))
      app.get('/empty', (_req, res) => void res.send())
      app.get('/buffer', (_req, res) => void res.send(Buffer.from('bytes')))
      app.get('/reset', (_req, res) => void res.status(205).send('gone'))
      app.get('/vary', (_req, res) => void res.vary('Accept').vary('Cookie').type('.md').send('# one'))
      app.use(
        (
          error: Error & { status: number; types?: string[] },
          _req: Request,
          res: Response,
          _next: NextFunction,
        ) => {
          res.status(error.status).json(error.types)
        },
      )
    },
    { errors: ['Not Acceptable'] },
  ),
]

function first(_req: Request, res: Response, next: NextFunction): void {
  res.locals['first'] = true
  next()
}

function second(_req: Request, res: Response, next: NextFunction): void {
  setImmediate(() => {
    res.locals['second'] = true
    next()
  })
}
