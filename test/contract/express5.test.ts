import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub, type HubOptions } from '@hubline/core'
import { hubline } from '@hubline/express'
import express, { type NextFunction, type Request, type Response, Router } from 'express'
import type { BareApp } from './adapter.ts'
import { type Route, ROUTES, streamOf, TEAPOT_BODY, TeapotError } from './scenario.ts'
import { describeAdapter } from './suite.ts'

describeAdapter({
  name: 'express 5',
  async mount(options, lines = 1) {
    return { ...(await serve(options, lines)), hub: createHub(options) }
  },
  mountBare: () => serve({}, 0),
})

async function serve(options: HubOptions, lines: number): Promise<BareApp> {
  const app = express()
  // As under NODE_ENV=test: the default error handler prints no stacks of errors that the tests want.
  app.set('env', 'test')
  for (let line = 0; line < lines; line++) app.use(hubline(options))
  app.use(express.json())
  for (const route of ROUTES) {
    const router = route.under === undefined ? app : Router({ mergeParams: true })
    router[route.method === 'GET' ? 'get' : 'post'](route.path, handlerOf(route))
    if (route.under !== undefined) app.use(route.under, router)
  }
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (error instanceof TeapotError) res.status(418).json(TEAPOT_BODY)
    else next(error)
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function handlerOf(route: Route): express.RequestHandler {
  const callOf = (req: Request) => ({
    params: req.params as Record<string, string>,
    body: req.body as unknown,
    hub: req.hub,
  })
  switch (route.does) {
    case 'answer':
      return async (req, res) => void res.status(route.status ?? 200).json(await route.json(callOf(req)))
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
    case 'hang':
      return (req) => route.reached(callOf(req))
  }
}
