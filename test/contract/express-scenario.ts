import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub, type HubOptions } from '@hubline/core'
import { hubline } from '@hubline/express'
import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express'
import type { Adapter, BareApp, Lines } from './adapter.ts'
import { copies } from './copies.ts'
import { type Patterns, type Route, ROUTES, streamOf, TEAPOT_BODY, TeapotError } from './scenario.ts'
import { majorOf } from './version.ts'

const version = majorOf('express')
const require = createRequire(import.meta.url)

const PATTERNS: Patterns = {
  optional: version === 4 ? '/maybe/:more?' : '/maybe{/:more}',
  digits: /^\/digits\/(\d+)$/,
}

/** Express in the version that is installed. */
export const expressAdapter: Adapter = {
  name: `express ${version}`,
  patterns: PATTERNS,
  program: [join(import.meta.dirname, 'programs/express.mjs')],
  async mount(options, lines = 1) {
    return { ...(await serve(options, lines)), hub: createHub(options) }
  },
  mountBare: () => serve({}, 0),
  ...(version === 4 && {
    unanswered: ['/reject'],
    skips: {
      'of /reject is reported once, with what became of it':
        'Express 4 ignores what a handler returns: its request hangs, and the rejection is reported as unhandled, with its request',
    },
  }),
}

async function serve(options: HubOptions, lines: Lines): Promise<BareApp> {
  const app = express()
  // As under NODE_ENV=test: the default error handler prints no stacks of errors that the tests want.
  app.set('env', 'test')
  for (const line of copiesOf(lines)) app.use(line(options))
  app.use(express.json())
  for (const route of ROUTES) add(app, route)
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (error instanceof TeapotError) res.status(error.answer).json(TEAPOT_BODY)
    else next(error)
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function copiesOf(lines: Lines): (typeof hubline)[] {
  return copies(lines, hubline, () => (require('@hubline/express') as { hubline: typeof hubline }).hubline)
}

function add(app: express.Express, route: Route): void {
  let router: express.IRouter = app
  for (const mount of route.under ?? []) {
    const inner = route.subApp ? express() : Router({ mergeParams: true })
    router.use(mount, inner)
    router = inner
  }
  const path = route.pattern ? PATTERNS[route.pattern]! : route.path
  router[route.method === 'GET' ? 'get' : 'post'](path, ...before(route), handlerOf(route))
}

function before({ guard, needs }: Route): RequestHandler[] {
  const handlers: RequestHandler[] = []
  if (guard) {
    handlers.push(() => {
      throw guard()
    })
  }
  if (needs) {
    handlers.push((req, _res, next) => {
      const { [needs]: value } = req.body as Record<string, unknown>
      next(value === undefined ? Object.assign(new Error(`${needs} is missing`), { status: 400 }) : undefined)
    })
  }
  return handlers
}

function handlerOf(route: Route): RequestHandler {
  const callOf = (req: Request) => ({
    params: req.params as Record<string, string>,
    body: req.body as unknown,
    hub: req.hub,
    raw: req,
  })
  switch (route.does) {
    case 'answer':
      // As Express 4 wants it: what rejects is handed over.
      return async (req, res, next) => {
        try {
          res.status(route.status ?? 200).json(await route.json(callOf(req)))
        } catch (error) {
          next(error)
        }
      }
    case 'throw':
      return () => {
        throw route.error()
      }
    case 'reject':
      return async () => {
        await turn()
        throw route.error()
      }
    case 'pass':
      return (_req, _res, next) => next(route.error())
    case 'stream':
      return (_req, res, next) => {
        res.type('text/plain')
        streamOf(route.chunks).on('error', next).pipe(res)
      }
    case 'late':
      return (_req, res) => {
        res.json(route.json)
        throw route.error()
      }
    case 'spill':
      return (_req, res) => {
        res.type('text/plain').write(route.text)
        throw route.error()
      }
    case 'events':
      return (_req, res) => {
        res.type('text/event-stream')
        for (const event of route.events) res.write(`data: ${event}\n\n`)
        if (!route.endless) res.end()
      }
    case 'hang':
      return (req) => route.reached(callOf(req))
  }
}
