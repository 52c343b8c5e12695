import { expect } from 'vitest'
import express, { type NextFunction, type Request, type Response, Router } from 'express'
import { expressApp, version } from './make.ts'

type HttpError = Error & { status?: number; code?: string }

const json = { 'Content-Type': 'application/json' }

export const errors = [
  expressApp(
    'an API that tells its problems as RFC 9457 wants it',
    [
      { path: '/orders/7' },
      { path: '/orders/x' },
      { path: '/orders/500' },
      { method: 'POST', path: '/orders', headers: json, body: '{"n":' },
      { method: 'POST', path: '/orders', headers: json, body: '{"n":0}' },
      { path: '/late/7' },
      { path: '/nowhere' },
    ],
    (app) => {
      app.use(express.json())
      app.get('/orders/:id', (req, res) => {
        if (req.params.id === 'x')
          throw Object.assign(new TypeError('an id is a number'), { status: 400, code: 'bad_id' })
        if (req.params.id === '500') throw new Error('no database')
        res.json({ id: req.params.id })
      })
      app.post('/orders', (req, res, next) => {
        if ((req.body as { n: number }).n < 1)
          return next(Object.assign(new RangeError('n is 0'), { status: 422 }))
        res.status(201).json({})
      })
      app.get('/late/:id', (_req, _res, next) => {
        setImmediate(() => next(new Error('after a while')))
      })
      app.use((req, _res, next) => next(Object.assign(new Error(`no ${req.path}`), { status: 404 })))
      app.use((error: HttpError, req: Request, res: Response, next: NextFunction) => {
        if (res.headersSent) return next(error)
        const status = error.status ?? 500
        const detail = status < 500 ? error.message : 'try again'
        res.status(status).type('application/problem+json')
        res.send(
          JSON.stringify({
            type: `/problems/${error.code ?? status}`,
            status,
            detail,
            instance: req.originalUrl,
          }),
        )
      })
    },
    {
      errors: [
        'an id is a number',
        'no database',
        'Unexpected end of JSON input',
        'n is 0',
        'after a while',
        'no /nowhere',
      ],
    },
  ),

  expressApp(
    'errors of every shape, left to Express',
    [
      { path: '/throw' },
      { path: '/string' },
      { path: '/object' },
      { path: '/status/404' },
      { path: '/status/503' },
      { path: '/status/99' },
      { path: '/headers' },
      { path: '/null' },
      { path: '/route' },
      { method: 'HEAD', path: '/throw' },
      { method: 'POST', path: '/throw', body: 'unread' },
      { path: '/set' },
      { path: '/%' },
      ...(version === 4 ? [] : [{ path: '/reject' }, { path: '/reject/nothing' }]),
    ],
    (app) => {
      app.all('/throw', () => {
        throw new Error('thrown <b>')
      })
      app.get('/string', (_req, _res, next) => next('only text'))
      app.get('/object', () => {
        throw { message: 'no error', statusCode: 402 }
      })
      app.get('/status/:status', (req, _res, next) => {
        next(
          Object.assign(new Error(`asked for ${req.params.status}`), { status: Number(req.params.status) }),
        )
      })
      app.get('/headers', () => {
        throw Object.assign(new Error('wait'), {
          status: 429,
          headers: { 'Retry-After': '7', 'X-Other': 'yes' },
        })
      })
      app.get('/null', (_req, _res, next) => next(null))
      app.get('/route', (_req, _res, next) => next('route'))
      app.get('/set', (_req, res) => {
        res.status(409).set('X-Kept', 'no')
        throw new Error('with a status set')
      })
      app.get('/reject', async () => {
        throw new Error('rejected')
      })
      app.get('/reject/nothing', () => Promise.reject(undefined as unknown as Error))
    },
    {
      errors: [
        'thrown <b>',
        'only text',
        'no error',
        'asked for 404',
        'asked for 503',
        'asked for 99',
        'wait',
        'thrown <b>',
        'thrown <b>',
        'with a status set',
        ...(version === 4 ? [] : ['rejected', 'Rejected promise']),
      ],
    },
  ),

  expressApp(
    'a chain of error handlers',
    [
      { path: '/known' },
      { path: '/unknown' },
      { path: '/worse' },
      { path: '/recovered' },
      { path: '/scoped/fail' },
      { path: '/begun' },
      { path: '/answered' },
    ],
    (app) => {
      const scoped = Router()
      scoped.get('/fail', (_req, _res, next) => next(new Error('in the scope')))
      scoped.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
        res.status(418).set('X-Scope', 'yes').send(error.message)
      })
      app.get('/known', () => {
        throw Object.assign(new Error('known'), { code: 'KNOWN' })
      })
      app.get('/unknown', (_req, _res, next) => next(new Error('unknown')))
      app.get('/worse', (_req, _res, next) => next(Object.assign(new Error('bad'), { code: 'WORSE' })))
      app.get('/recovered', (_req, _res, next) => next(Object.assign(new Error('small'), { code: 'SMALL' })))
      app.use('/scoped', scoped)
      app.get('/begun', (_req, res) => {
        res.type('text').write('some of ')
        throw Object.assign(new Error('begun'), { code: 'BEGUN' })
      })
      app.get('/answered', (_req, res, next) => {
        res.once('finish', () => next(new Error('answered')))
        res.send('all of it')
      })
      app.use((error: HttpError, _req: Request, _res: Response, next: NextFunction) => {
        if (error.code === 'WORSE') throw new Error('worse')
        if (error.code === 'SMALL') return next()
        next(error)
      })
      app.use((error: HttpError, _req: Request, res: Response, next: NextFunction) => {
        if (error.code === 'BEGUN') res.end('it')
        else if (error.code === 'KNOWN') setImmediate(() => res.status(400).json({ code: error.code }))
        else next(error)
      })
      app.get('/recovered', (_req, res) => void res.send('as if nothing had been'))
    },
    { errors: ['known', 'unknown', 'bad', 'worse', 'small', 'in the scope', 'begun', 'answered'] },
  ),

  expressApp(
    'parsers of bodies with limits',
    [
      { method: 'POST', path: '/json', headers: json, body: '{"a":[1,2]}' },
      { method: 'POST', path: '/json', headers: json, chunks: ['{"a"', ':1}'] },
      { method: 'POST', path: '/json', headers: json, body: '"strict"' },
      { method: 'POST', path: '/json', headers: json, body: JSON.stringify({ a: 'x'.repeat(200) }) },
      {
        method: 'POST',
        path: '/json',
        headers: { 'Content-Type': 'application/json; charset=x-no' },
        body: '{}',
      },
      { method: 'POST', path: '/json', headers: { ...json, 'Content-Encoding': 'gzip' }, body: 'no gzip' },
      { method: 'POST', path: '/json', headers: { ...json, 'Content-Encoding': 'zip' }, body: '{}' },
      { method: 'POST', path: '/json', headers: json, body: '{"evil":1}' },
      {
        method: 'POST',
        path: '/form',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'a[b]=1&c=%C3%A4&d=1&d=2',
      },
      {
        method: 'POST',
        path: '/form',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'a=1&b=2&c=3&d=4&e=5&f=6',
      },
      {
        method: 'POST',
        path: '/text',
        headers: { 'Content-Type': 'text/plain; charset=latin1' },
        body: Buffer.from('\u00e4', 'latin1'),
      },
      { method: 'POST', path: '/json', body: 'no type' },
      { method: 'POST', path: '/json', headers: json, body: '' },
      { method: 'POST', path: '/signed', headers: json, body: '{"n":1}' },
    ],
    (app) => {
      const verify = (_req: unknown, _res: unknown, body: Buffer) => {
        if (body.includes('evil')) throw Object.assign(new Error('evil'), { status: 401 })
      }
      app.post(
        '/json',
        express.json({ limit: 100, verify }),
        (req, res) => void res.json({ got: req.body as unknown }),
      )
      app.post(
        '/form',
        express.urlencoded({ extended: true, parameterLimit: 5 }),
        (req, res) => void res.json(req.body),
      )
      app.post('/text', express.text(), (req, res) => void res.send(req.body))
      app.post(
        '/signed',
        express.raw({ type: '*/*' }),
        (req, res) => void res.send((req.body as Buffer).toString('hex')),
      )
      app.use((error: HttpError & { type?: string }, _req: Request, res: Response, _next: NextFunction) => {
        res.status(error.status ?? 500).json({ type: error.type })
      })
    },
    {
      errors: [
        expect.stringContaining('is not valid JSON'),
        'request entity too large',
        'unsupported charset "X-NO"',
        'incorrect header check',
        'unsupported content encoding "zip"',
        'evil',
        'too many parameters',
      ],
    },
  ),
]
