import type { Hub } from '@hubline/core'
import {
  type AnyHttpServer,
  beginExchange,
  type HttpRequest,
  type HttpResponse,
  runExchange,
  uninstrumented,
} from '@hubline/core/adapter'
import type { HttpAdapterHost } from '@nestjs/core'
import { type FastifyLike, watchFastify } from './fastify.ts'
import { followRoute } from './route.ts'

interface Handled {
  hub?: Hub
}

type Middleware = (req: HttpRequest, res: HttpResponse, next: () => void) => void

/** Puts `hub` on every request of an app and, when it captures, opens and closes its exchange. */
export function watchRequests(
  hub: Hub,
  adapter: HttpAdapterHost['httpAdapter'],
  onServer: (server: AnyHttpServer) => void,
): void {
  const fastify = adapter.getType() === 'fastify'

  function inert(req: HttpRequest, _res: HttpResponse, next: () => void): void {
    ;(req as Handled).hub = hub
    next()
  }

  function hublineMiddleware(req: HttpRequest, res: HttpResponse, next: () => void): void {
    ;(req as Handled).hub = hub
    const exchange = beginExchange(hub, req, res, (exchange) => {
      if (hub.config.correlationHeader) res.setHeader('x-correlation-id', exchange.correlationId)
      const { server } = (req.socket ?? {}) as { server?: AnyHttpServer }
      if (server) onServer(server)
      if (!fastify) followRoute(exchange)
    })
    if (!exchange) return next()
    runExchange(exchange, next)
  }

  const middleware: Middleware = hub.capturing ? hublineMiddleware : inert
  if (fastify) watchFastify(hub, adapter.getInstance<FastifyLike>(), middleware)
  else {
    adapter.use(middleware)
    reclaimLayer(adapter.getInstance(), middleware)
  }
  if (!hub.capturing) return
  hub.covers({
    tier: `nestjs on ${adapter.getType()}`,
    blind: [
      'errors of fields in GraphQL, unless fieldResolverEnhancers has `filters`: Nest leaves them to GraphQL',
      'errors of server-sent events once they have begun: Nest sends them to the client itself',
      fastify
        ? 'CORS preflights, and what is wrong with a malformed URL: only its answer is seen'
        : 'what the app adds to Express before Nest starts',
    ],
  })
}

interface RouterLike {
  stack: { handle: unknown }[]
}

/**
 * Instrumentation of the host's puts a wrapper around each layer of Express, which would make a span of ours. Express 4 keeps
 * its router under `_router`, and throws at a look at `router`.
 */
function reclaimLayer(app: { _router?: RouterLike; router?: RouterLike }, middleware: Middleware): void {
  const { stack = [] } = app._router ?? app.router ?? {}
  const layer = stack.find(({ handle }) => uninstrumented(handle) === middleware)
  if (layer) layer.handle = middleware
}
