import { createHub, type Hub, type HubOptions } from '@hubline/core'
import {
  addHookOf,
  addressOf,
  beginExchange,
  currentExchange,
  type Exchange,
  exchangeOf,
  runExchange,
} from '@hubline/core/adapter'
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { answeredByApp } from './answered.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The handle on this service's hub. */
    hub: Hub
  }
  interface FastifyRequest {
    /** The handle on this service's hub. */
    hub: Hub
  }
}

/** How long closing the app may wait for what is still to be sent, in milliseconds. */
const FAREWELL_MS = 2000

/**
 * Plugin that reports what a Fastify app is, does and breaks on; its place among the plugins does not matter.
 *
 * It never throws, answers nothing, sets no error handler and changes no response. `app.hub` and `request.hub`
 * are the handle.
 *
 * @example
 * app.register(hubline)
 */
export const hubline: FastifyPluginCallback<HubOptions> = fp(hublinePlugin, {
  fastify: '5.x',
  name: '@hubline/fastify',
})

function hublinePlugin(app: FastifyInstance, options: HubOptions, done: () => void): void {
  const hub = createHub(options)
  const registered = app.hasDecorator('hub') && app.hub === hub
  if (!registered) {
    decorate(app, hub)
    if (hub.capturing) {
      watchRequests(app, hub)
      watchLifecycle(app, hub)
    }
  }
  done()
}

/** A name that the app already uses for something else stays the app's. */
function decorate(app: FastifyInstance, hub: Hub): void {
  if (!app.hasDecorator('hub')) app.decorate('hub', hub)
  if (!app.hasRequestDecorator('hub')) app.decorateRequest('hub', { getter: () => hub })
}

function watchRequests(app: FastifyInstance, hub: Hub): void {
  hub.covers({
    tier: 'fastify hooks',
    blind: [
      'what is wrong with a malformed URL, for which Fastify runs no hook: only its answer is seen',
      'errors that an error handler throws while it answers another',
      'what makes a web stream fail after the headers: only that the answer broke off, and over HTTP/2 not even that',
      'errors of onResponse hooks: Fastify only writes them to the log',
      // The channel `fastify.request.handler` tells, but whoever listens to it has a status set before error handlers run.
      'errors that a handler throws after it has answered: Fastify only writes them to the log',
      'errors of WebSocket handlers: @fastify/websocket gives them to its errorHandler alone',
    ],
  })

  const addHook = addHookOf(app).bind(app) as typeof app.addHook

  addHook('onRequest', function hublineOnRequest(request, reply, next) {
    const exchange = begin(hub, request, reply)
    if (exchange) runExchange(exchange, next)
    else next()
  })

  addHook('onError', function hublineOnError(request, reply, error, next) {
    // What was registered before our hooks may have failed before they ran.
    const exchange = exchangeOf(request.raw) ?? begin(hub, request, reply)
    exchange?.fail(error)
    if (exchange) exchange.settle = judgeBy(reply)
    resume(request, next)
  })
}

function begin(hub: Hub, request: FastifyRequest, reply: FastifyReply): Exchange | undefined {
  const exchange = beginExchange(hub, request.raw, reply.raw)
  if (!exchange) return undefined
  exchange.notes = request
  exchange.findRoute = routeOf
  exchange.findBody = bodyOf
  if (hub.config.correlationHeader && !reply.raw.headersSent)
    hub.beside(() => reply.raw.setHeader('x-correlation-id', exchange.correlationId))
  return exchange
}

function judgeBy(reply: FastifyReply): (exchange: Exchange) => void {
  return (exchange) => exchange.judge(answeredByApp(reply))
}

/** Asked for at the end, and not in onResponse, which another plugin's hook may hold up: callNotFound() leaves none. */
function routeOf({ notes }: Exchange): string | undefined {
  return (notes as FastifyRequest).routeOptions.url
}

function bodyOf({ notes }: Exchange): unknown {
  return (notes as FastifyRequest).body
}

function resume(request: FastifyRequest, next: () => void): void {
  const exchange = exchangeOf(request.raw)
  if (!exchange || exchange === currentExchange()) next()
  else runExchange(exchange, next)
}

function watchLifecycle(app: FastifyInstance, hub: Hub): void {
  app.addHook('onListen', function hublineOnListen(next) {
    hub.ready(addressOf(app.server, 'setSecureContext' in app.server), app.server)
    next()
  })
  app.addHook('preClose', function hublinePreClose(next) {
    hub.stopping('close', app.server)
    next()
  })
  app.addHook('onClose', async function hublineOnClose() {
    await hub.leave('close', FAREWELL_MS, app.server)
  })
}
