import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { createHub, type HubOptions } from '@hubline/core'
import { hubline } from '@hubline/fastify'
import fastify, { type FastifyInstance, type FastifyRequest, type RouteHandlerMethod } from 'fastify'
import { expect, test } from 'vitest'
import type { BareApp, Lines } from './adapter.ts'
import { copies } from './copies.ts'
import { type Patterns, type Route, ROUTES, streamOf, TEAPOT_BODY, TeapotError } from './scenario.ts'
import { describeAdapter } from './suite.ts'

const require = createRequire(import.meta.url)

const PATTERNS: Patterns = { optional: '/maybe/:more?', digits: '/digits/:number(^\\d+$)' }

describeAdapter({
  name: 'fastify 5',
  patterns: PATTERNS,
  program: [join(import.meta.dirname, 'programs/fastify.mjs')],
  async mount(options, lines = 1) {
    return { ...(await serve(options, lines)), hub: createHub(options) }
  },
  mountBare: () => serve({}, 0),
  skips: {
    'of a handler that has answered already is reported once, as unhandled':
      'Fastify writes it to the app’s log alone: no hook hears of it, and whoever listens to its channel changes the status that the app’s error handlers see',
  },
})

async function serve({ logLevel = 'warn', ...options }: HubOptions, lines: Lines): Promise<BareApp> {
  const app = fastify()
  // Routes of a child plugin that is there before the line, and of the root.
  app.register(async (guarded) => {
    guarded.setErrorHandler((error, _request, reply) => {
      if (error instanceof TeapotError) reply.code(error.answer).send(TEAPOT_BODY)
      else reply.send(error)
    })
    for (const route of ROUTES) if (!route.unguarded) add(guarded, route)
  })
  for (const line of copiesOf(lines)) app.register(line, { ...options, logLevel })
  for (const route of ROUTES) if (route.unguarded) add(app, route)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { url, server: app.server, close: () => app.close() }
}

function copiesOf(lines: Lines): (typeof hubline)[] {
  return copies(lines, hubline, () => (require('@hubline/fastify') as { hubline: typeof hubline }).hubline)
}

function add(app: FastifyInstance, route: Route, depth = 0): void {
  const prefix = route.under?.[depth]
  if (prefix !== undefined) {
    app.register(async (child) => add(child, route, depth + 1), { prefix })
    return
  }
  const { method, guard, needs } = route
  const url = route.pattern ? String(PATTERNS[route.pattern]) : route.path
  app.route({
    method,
    url,
    handler: handlerOf(route),
    ...(guard && {
      preHandler: async () => {
        throw guard()
      },
    }),
    ...(needs && { schema: { body: { type: 'object', required: [needs] } } }),
  })
}

function handlerOf(route: Route): RouteHandlerMethod {
  const callOf = (request: FastifyRequest) => ({
    params: request.params as Record<string, string>,
    body: request.body,
    hub: request.hub,
    raw: request.raw,
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
    case 'late':
      return (_request, reply) => {
        reply.send(route.json)
        throw route.error()
      }
    case 'spill':
      return (_request, reply) => {
        reply.raw.setHeader('content-type', 'text/plain')
        reply.raw.write(route.text)
        throw route.error()
      }
    case 'events':
      return (_request, reply) => {
        const events = new PassThrough()
        for (const event of route.events) events.write(`data: ${event}\n\n`)
        if (!route.endless) events.end()
        return reply.type('text/event-stream').send(events)
      }
    case 'hang':
      return (request) => route.reached(callOf(request))
  }
}

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
