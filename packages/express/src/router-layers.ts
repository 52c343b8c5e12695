import type { ServerResponse } from 'node:http'
import type { Hub } from '@hubline/core'
import type { NextFunction, Request } from 'express'
import { watchAnswer } from './answered.ts'
import { enterMount, enterRoute, followed } from './routes.ts'
import { routerOf } from './router-of.ts'

type Layered = Record<string, unknown> & {
  route?: { path: string | RegExp | readonly (string | RegExp)[] }
  /** Concrete path that this layer has matched, until the next request matches it. */
  path?: string
}

type HandleRequest = (this: Layered, req: Request, res: ServerResponse, next: NextFunction) => unknown
type HandleError = (
  this: Layered,
  error: unknown,
  req: Request,
  res: ServerResponse,
  next: NextFunction,
) => unknown

/** Names of the two methods in Express 4 and in routers 2.0 to 2.2 of Express 5. */
const METHODS = [
  ['handle_request', 'handle_error'],
  ['handleRequest', 'handleError'],
] as const

const WRAPPED = Symbol.for('hubline.express.layer')

/**
 * Takes routes and errors from a router that publishes nothing: wraps the two methods of its layers, once for each
 * copy of the router.
 */
export function watchLayers(hub: Hub, app: Request['app'], blind: readonly string[]): void {
  const layer = routerOf(app)?.stack?.[0]
  if (!layer) return
  const prototype = Object.getPrototypeOf(layer) as Record<string | symbol, unknown>
  hub.covers({ tier: 'express router layers', blind })
  if (prototype[WRAPPED]) return
  const names = METHODS.find(([request]) => typeof prototype[request] === 'function')
  if (!names) return
  Object.defineProperty(prototype, WRAPPED, { value: true })
  const [request, error] = names
  prototype[request] = wrapRequest(prototype[request] as HandleRequest)
  prototype[error] = wrapError(prototype[error] as HandleError)
}

function wrapRequest(original: HandleRequest): HandleRequest {
  return function hublineLayer(req, res, next) {
    const exchange = followed(req)
    if (!exchange || exchange.ended) return original.call(this, req, res, next)
    if (this.route) enterRoute(req, pathText(this.route.path))
    else if (this.path) enterMount(req, mountPattern(req, this.path))
    return original.call(this, req, res, heeded(req, next))
  }
}

function wrapError(original: HandleError): HandleError {
  return function hublineErrorLayer(error, req, res, next) {
    const exchange = followed(req)
    const handler = this['handle']
    if (!exchange || typeof handler !== 'function' || handler.length !== 4) {
      return original.call(this, error, req, res, next)
    }
    exchange.fail(error)
    watchAnswer(exchange, res)
    return original.call(this, error, req, res, heeded(req, next))
  }
}

/** `next` that tells the exchange of the error it is given; 'route' and 'router' are none. */
function heeded(req: Request, next: NextFunction): NextFunction {
  return function hublineNext(error?: unknown): void {
    if (error && error !== 'route' && error !== 'router') followed(req)?.fail(error)
    next(error as undefined)
  }
}

function pathText(path: string | RegExp | readonly (string | RegExp)[]): string {
  return Array.isArray(path) ? path.map(String).join('|') : String(path)
}

/** These routers keep no mount pattern: the concrete segments that came from parameters get their names back. */
function mountPattern(req: Request, concrete: string): string {
  const named = new Map(
    Object.entries(req.params).map(([name, value]) => [String(value), /^\d+$/.test(name) ? '*' : `:${name}`]),
  )
  return concrete
    .split('/')
    .map((segment) => (segment && named.get(decode(segment))) || segment)
    .join('/')
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
