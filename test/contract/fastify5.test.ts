import { createRequire } from 'node:module'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub, type HubOptions } from '@hubline/core'
import { hubline } from '@hubline/fastify'
import fastify, { type FastifyInstance, type FastifyRequest, type RouteHandlerMethod } from 'fastify'
import { expect, test } from 'vitest'
import type { BareApp } from './adapter.ts'
import { type Route, ROUTES, streamOf, TEAPOT_BODY, TeapotError } from './scenario.ts'
import { describeAdapter } from './suite.ts'

describeAdapter({
  name: 'fastify 5',
  async mount(options, lines = 1) {
    return { ...(await serve(options, lines)), hub: createHub(options) }
  },
  mountBare: () => serve({}, 0),
})

async function serve({ logLevel = 'warn', ...options }: HubOptions, lines: number): Promise<BareApp> {
  const app = fastify()
  // Routes of a child plugin that is there before the line, and of the root.
  app.register(async (guarded) => {
    guarded.setErrorHandler((error, _request, reply) => {
      if (error instanceof TeapotError) reply.code(418).send(TEAPOT_BODY)
      else reply.send(error)
    })
    for (const route of ROUTES) if (!route.unguarded) add(guarded, route)
  })
  for (let line = 0; line < lines; line++) app.register(hubline, { ...options, logLevel })
  for (const route of ROUTES) if (route.unguarded) add(app, route)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, close: () => app.close() }
}

function add(app: FastifyInstance, route: Route): void {
  const { method, path: url, under } = route
  if (under === undefined) app.route({ method, url, handler: handlerOf(route) })
  else {
    app.register(async (child) => void child.route({ method, url, handler: handlerOf(route) }), {
      prefix: under,
    })
  }
}

function handlerOf(route: Route): RouteHandlerMethod {
  const callOf = (request: FastifyRequest) => ({
    params: request.params as Record<string, string>,
    body: request.body,
    hub: request.hub,
  })
  switch (route.does) {
    case 'answer':
      return async (request, reply) => {
        reply.code(route.status ?? 200)
        return route.json(callOf(request))
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
      return (_request, reply) => void reply.send(route.error())
    case 'stream':
      return (_request, reply) => reply.type('text/plain').send(streamOf(route.chunks))
    case 'hang':
      return (request) => route.reached(callOf(request))
  }
}

const require = createRequire(import.meta.url)

test.each<[string, () => unknown]>([
  ['the named export', () => hubline],
  ['import()', () => import('@hubline/fastify')],
  ['require()', () => require('@hubline/fastify')],
  ['require().default', () => require('@hubline/fastify').default],
  ['require().hubline', () => require('@hubline/fastify').hubline],
])('fastify 5 takes %s', async (_, load) => {
  const app = fastify()
  const logger = { error() {}, warn() {}, info() {}, debug() {} }
  app.register(load() as typeof hubline, { logger, source: 'contract-forms' })
  app.get('/', async (request) => ({ source: request.hub.config.source }))
  expect((await app.inject('/')).json()).toEqual({ source: 'contract-forms' })
  await app.close()
})
