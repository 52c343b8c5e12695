import { createHub, type Hub, type HubOptions } from '@hubline/core'
import { beginExchange, type Exchange, runExchange } from '@hubline/core/adapter'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { watchListening, watchServerOf } from './listening.ts'
import { follow } from './following.ts'
import { keepLayers } from './own-layers.ts'
import { isPublished, watchChannel } from './router-channel.ts'
import { BLIND, watchLayers } from './router-layers.ts'

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
  const middleware = hub.capturing ? hublineMiddleware : inert
  const reclaim = keepLayers(hub, middleware)
  let published = false

  function inert(req: Request, _res: Response, next: NextFunction): void {
    req.hub = hub
    reclaim(req.app)
    next()
  }

  function hublineMiddleware(req: Request, res: Response, next: NextFunction): void {
    const exchange = begin(req, res)
    if (exchange) runExchange(exchange, next as () => void)
    else next()
  }

  function begin(req: Request, res: Response): Exchange | undefined {
    try {
      req.hub = hub
      reclaim(req.app)
      watchRouter(req)
    } catch (error) {
      hub.stumble(error)
      return undefined
    }
    return beginExchange(hub, req, res, attend)
  }

  function attend(exchange: Exchange): void {
    const { request, response } = exchange as unknown as { request: Request; response: Response }
    follow(exchange, request)
    if (hub.config.correlationHeader) response.setHeader('x-correlation-id', exchange.correlationId)
    watchServerOf(hub, request)
  }

  /** Asked at each request, since an app may be mounted into another whose router is of another version. */
  function watchRouter(req: Request): void {
    if (!isPublished(req)) watchLayers(hub, req.app)
    else if (!published) {
      published = true
      hub.covers({ tier: 'express router channel', blind: [BLIND] })
    }
  }

  if (hub.capturing) {
    watchChannel()
    watchListening(hub, middleware)
  }
  return middleware
}
