import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import express, { type NextFunction, type Request, type Response, Router } from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/http.ts'
import { serveExpress } from './express-app.ts'

interface Case {
  name: string
  build: (app: express.Express) => void
  path?: string
  status?: number
  route?: string | undefined
  message: RegExp
  /** Answered by an error handler of the app's own too; absent when the case has its own. */
  answerable?: false
}

const here = fileURLToPath(import.meta.url)

function viewless(app: express.Express): void {
  app.set('views', here)
  app.engine('x', (_path, _options, done) => done(null, ''))
  app.set('view engine', 'x')
}

const cases: Case[] = [
  {
    name: 'of a view that is missing',
    build: (app) => {
      viewless(app)
      app.get('/e', (_req, res) => res.render('missing'))
    },
    message: /^Failed to lookup view "missing"/,
  },
  {
    name: 'of a view that is missing, in a router below',
    build: (app) => {
      viewless(app)
      const inner = Router()
      inner.get('/e', (_req, res) => res.render('missing'))
      app.use('/:below', Router().use(inner))
    },
    path: '/b/e',
    route: '/:below/e',
    message: /^Failed to lookup view "missing"/,
  },
  {
    name: 'that is given to req.next',
    build: (app) => {
      app.get('/e', (req) => void setImmediate(() => req.next!(new RangeError('by the request'))))
    },
    message: /^by the request$/,
  },
  {
    name: 'of a file that is not there',
    build: (app) => void app.get('/e', (_req, res) => res.sendFile(`${here}/none`)),
    status: 404,
    message: /^ENO(ENT|TDIR)|Not Found/,
  },
  {
    name: 'of a download that is not there',
    build: (app) => void app.get('/e', (_req, res) => res.download(`${here}/none`)),
    status: 404,
    message: /^ENO(ENT|TDIR)|Not Found/,
  },
  {
    name: 'that a parameter’s callback throws',
    build: (app) => {
      app.param('id', () => {
        throw new TypeError('thrown for a parameter')
      })
      app.get('/e/:id', (_req, res) => void res.json({}))
    },
    path: '/e/7',
    route: undefined,
    message: /^thrown for a parameter$/,
  },
  {
    name: 'that a parameter’s callback passes on, in a router below',
    build: (app) => {
      const inner = Router()
      inner.param('id', (_req, _res, next) => {
        setImmediate(() => next(new TypeError('passed on for a parameter')))
      })
      inner.get('/:id', (_req, res) => void res.json({}))
      app.use('/e', inner)
    },
    path: '/e/7',
    route: undefined,
    message: /^passed on for a parameter$/,
  },
  {
    name: 'that an error handler makes of another',
    build: (app) => {
      app.get('/e', () => {
        throw new RangeError('inner')
      })
      app.use((error: unknown, _req: Request, _res: Response, next: NextFunction) => {
        next(new Error('outer', { cause: error }))
      })
    },
    message: /^outer$/,
  },
]

const OWN_ANSWER = { error: 'sorry' }

function answers(app: express.Express): void {
  app.use((_error: unknown, _req: Request, res: Response, _next: NextFunction) => {
    res.status(503).json(OWN_ANSWER)
  })
}

/** What the very same app answers without the line. */
async function bareAnswer(build: (app: express.Express) => void, path: string) {
  const app = express()
  app.set('env', 'test')
  build(app)
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as { port: number }
    return comparable(await ask(`http://127.0.0.1:${port}${path}`))
  } finally {
    server.close()
  }
}

const comparable = ({ status, headers, body }: Awaited<ReturnType<typeof ask>>) => ({
  status,
  headers: headers.filter(([name]) => name.toLowerCase() !== 'date'),
  body: body.toString(),
})

describe('an error of Express', () => {
  const { stackTraceLimit } = Error
  // The answer shows the stack, in which every middleware has its frames; but not at the top.
  beforeAll(() => void (Error.stackTraceLimit = 1))
  afterAll(() => void (Error.stackTraceLimit = stackTraceLimit))

  for (const { name, build, path = '/e', status = 500, message, ...rest } of cases) {
    const route = 'route' in rest ? rest.route : path

    test(`${name} is the one that is reported`, async () => {
      const { url, sink, end } = await serveExpress(build)
      expect(comparable(await ask(url + path))).toEqual(await bareAnswer(build, path))
      await end()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        {
          severity: status < 500 ? 'warning' : 'error',
          payload: { message: expect.stringMatching(message), handled: false, status },
        },
      ])
      expect(sink.ofType('ErrorReported')[0]!.payload['route']).toBe(route)
    })

    test(`${name} is the one that is reported where the app answers it`, async () => {
      const whole = (app: express.Express): void => {
        build(app)
        answers(app)
      }
      const { url, sink, end } = await serveExpress(whole)
      expect(comparable(await ask(url + path))).toEqual(await bareAnswer(whole, path))
      await end()
      expect(sink.ofType('ErrorReported')).toMatchObject([
        { payload: { message: expect.stringMatching(message), handled: true, status: 503 } },
      ])
    })
  }

  test('leaves a request its own `next`', async () => {
    const seen: unknown[] = []
    const { url } = await serveExpress((app) => {
      const inner = Router()
      inner.get('/e', (req, _res, next) => {
        seen.push(Object.keys(req).includes('next'), typeof req.next)
        next()
      })
      app.use(inner)
      app.use((req, res) => {
        res.on('finish', () => seen.push(req.next === undefined))
        req.next!()
      })
    })
    expect((await ask(`${url}/e`)).status).toBe(404)
    expect(seen).toEqual([true, 'function', true])
  })
})
