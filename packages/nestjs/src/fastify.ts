import type { Hub } from '@hubline/core'
import {
  addHookOf,
  currentExchange,
  type Exchange,
  exchangeOf,
  type HttpRequest,
  type HttpResponse,
  runExchange,
} from '@hubline/core/adapter'

interface Request {
  raw: HttpRequest
  body?: unknown
  routeOptions: { url?: string }
}

type Hook = (request: Request, reply: { raw: HttpResponse }, next: () => void) => void

/** The part of a Fastify instance that is used here; Fastify itself is the user's, if any. */
export interface FastifyLike {
  use(middleware: unknown): unknown
  addHook(name: 'onRequest' | 'preValidation', hook: Hook): unknown
  hasRequestDecorator(name: string): boolean
  decorateRequest(name: string, value: { getter: () => unknown }): unknown
}

/** Adds `middleware` before that of Nest, which runs ahead of every hook, and what only hooks can see. */
export function watchFastify(
  hub: Hub,
  fastify: FastifyLike,
  middleware: (req: HttpRequest, res: HttpResponse, next: () => void) => void,
): void {
  if (!fastify.hasRequestDecorator('hub')) fastify.decorateRequest('hub', { getter: () => hub })
  // Absent under `skipMiddie`, where the app adds its middleware later than we our hook.
  if (typeof fastify.use === 'function') fastify.use(middleware)
  if (!hub.capturing) return

  const addHook = addHookOf(fastify).bind(fastify)

  addHook('onRequest', function hublineOnRequest(request, reply, next) {
    function routed(): void {
      const exchange = exchangeOf(request.raw)
      if (exchange && request.routeOptions.url !== undefined) exchange.route = request.routeOptions.url
      if (exchange) {
        exchange.notes = request
        exchange.findBody = bodyOf
      }
      next()
    }
    middleware(request.raw, reply.raw, routed)
  })

  // Middleware and parsers that go on from an event of their own lose the context; handlers have it again.
  addHook('preValidation', function hublinePreValidation(request, _reply, next) {
    const exchange = exchangeOf(request.raw)
    if (!exchange || exchange === currentExchange()) next()
    else runExchange(exchange, next)
  })
}

function bodyOf({ notes }: Exchange): unknown {
  return (notes as Request).body
}
