import type { ServerResponse } from 'node:http'
import type { Hub } from '@hubline/core'
import type { Exchange } from '@hubline/core/adapter'
import type { NextFunction, Request } from 'express'
import { watchAnswer } from './answered.ts'
import { followed, heeded, listenToNext, UNKNOWN_MOUNT } from './following.ts'
import { original, wayOf } from './marks.ts'
import { type Layered, mountOfLayer, pathOfRoute } from './layers.ts'
import { routerOf } from './router-of.ts'

type HandleRequest = (this: Layered, req: Request, res: ServerResponse, next: NextFunction) => unknown
type HandleError = (
  this: Layered,
  error: unknown,
  req: Request,
  res: ServerResponse,
  next: NextFunction,
) => unknown
type Handle = (this: unknown, req: Request, res: ServerResponse, done: NextFunction) => unknown

type Prototype = Record<string | symbol, unknown>

/** Names of the two methods in Express 4 and in routers 2.0 to 2.2 of Express 5. */
const METHODS = [
  ['handle_request', 'handle_error'],
  ['handleRequest', 'handleError'],
] as const

/** What no tier sees. */
export const BLIND = 'errors of what is added before the line: only their answers are seen'
const EARLY = `what encloses the line, at the first request of an app behind a function: its part of the route is \`${UNKNOWN_MOUNT}\``
const HIDDEN = `regular expressions as mount paths: their part of the route is \`${UNKNOWN_MOUNT}\``

const WRAPPED = Symbol.for('hubline.express.layer')

/**
 * Takes routes and errors from a router that publishes nothing: wraps the two methods of its layers and the one by
 * which it is called, once for each copy of the router.
 */
export function watchLayers(hub: Hub, app: unknown): void {
  const router = routerOf(app)
  const layer = router?.stack?.[0]
  // Routers that publish have layers without keys.
  if (!router || !layer || !('keys' in layer)) return
  hub.covers({
    tier: 'express router layers',
    blind: 'regexp' in layer ? [BLIND, EARLY] : [BLIND, EARLY, HIDDEN],
  })
  const prototype = Object.getPrototypeOf(layer) as Prototype
  const names = METHODS.find(([request]) => typeof prototype[request] === 'function')
  if (!names || prototype[WRAPPED]) return
  Object.defineProperty(prototype, WRAPPED, { value: true })
  const [request, error] = names
  prototype[request] = wrapRequest(prototype[request] as HandleRequest)
  prototype[error] = wrapError(prototype[error] as HandleError)
  const owner = ownerOf(router, 'handle')
  if (owner) owner['handle'] = wrapHandle(owner['handle'] as Handle)
}

/** What of a prototype's chain has `name` itself: a router is a function that has another for its prototype. */
function ownerOf(router: object, name: string): Prototype | undefined {
  let owner: unknown = Object.getPrototypeOf(router)
  while (owner && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner)
  return (owner ?? undefined) as Prototype | undefined
}

function wrapRequest(handle: HandleRequest): HandleRequest {
  return function hublineLayer(req, res, next) {
    const exchange = followed(req)
    if (exchange?.ended) return handle.call(this, req, res, next)
    besideOf(exchange, () => enter(this, req, next, exchange))
    return handle.call(this, req, res, exchange ? heeded(req, next) : next)
  }
}

function enter(layer: Layered, req: Request, next: NextFunction, exchange: Exchange | undefined): void {
  const way = wayOf(req)
  if ('method' in layer) {
    // Express calls a route's layer for HEAD also where no handler of the route is for it.
    const route = exchange && way.takePending()
    if (route !== undefined) exchange!.route = route
    return
  }
  if (layer.route) way.pend(original(next), pathOfRoute(layer))
  else way.enter(original(next), besideOf(exchange, () => mountOfLayer(layer)) ?? UNKNOWN_MOUNT)
  if (exchange) listenToNext(req)
}

function wrapError(handle: HandleError): HandleError {
  return function hublineErrorLayer(error, req, res, next) {
    const exchange = followed(req)
    if (!exchange) return handle.call(this, error, req, res, next)
    exchange.hub.beside(() => {
      exchange.fail(error)
      if ((this.handle as { length?: number }).length === 4) watchAnswer(exchange, wayOf(req), res)
    })
    return handle.call(this, error, req, res, heeded(req, next))
  }
}

/** What parameters' callbacks fail with passes no layer, and leaves by the router's last callback where none is left. */
function wrapHandle(handle: Handle): Handle {
  return function hublineRouter(req, res, done) {
    return handle.call(this, req, res, typeof done === 'function' ? heeded(req, done) : done)
  }
}

function besideOf<T>(exchange: Exchange | undefined, act: () => T): T | undefined {
  if (exchange) return exchange.hub.beside(act)
  try {
    return act()
  } catch {
    return undefined
  }
}
