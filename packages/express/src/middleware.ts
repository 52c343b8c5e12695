import { createHub, type Hub, type HubOptions } from '@hubline/core'
import { beginExchange, exchangeStorage } from '@hubline/core/adapter'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { watchListening, watchServerOf } from './listening.ts'
import { watchRouter } from './router-channel.ts'

declare global {
  // oxlint-disable-next-line typescript/no-namespace -- the one place where Express lets a request be extended
  namespace Express {
    interface Request {
      /** The handle on this service's hub. */
      hub: Hub
    }
  }
}

/**
 * Middleware that reports what an Express app is, does and breaks on; add it before everything else.
 *
 * It never throws, answers nothing and changes no response. `req.hub` is the handle.
 *
 * @example
 * app.use(hubline())
 */
export function hubline(options: HubOptions = {}): RequestHandler {
  const hub = createHub(options)
  if (!hub.capturing) return inert

  function inert(req: Request, _res: Response, next: NextFunction): void {
    req.hub = hub
    next()
  }

  function hublineMiddleware(req: Request, res: Response, next: NextFunction): void {
    req.hub = hub
    const exchange = beginExchange(hub, req, res)
    if (!exchange) return next()
    if (hub.config.correlationHeader) res.setHeader('x-correlation-id', exchange.correlationId)
    watchServerOf(hub, req)
    exchangeStorage().run(exchange, next)
  }

  watchRouter(hub)
  watchListening(hub, hublineMiddleware)
  return hublineMiddleware
}
