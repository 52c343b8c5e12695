import { type Exchange, exchangeOf } from '@hubline/core/adapter'
import { settle } from './answered.ts'
import { knownWay, type Next, nextOf, original, type RoutedRequest, standsFor, wayOf } from './marks.ts'

/** Stands for a mount path that cannot be known; never the concrete path, of which there is no end. */
export const UNKNOWN_MOUNT = '/*'

/** From here on the router's news of the request are taken for this exchange. */
export function follow(exchange: Exchange, req: RoutedRequest): void {
  const known = knownWay(req) !== undefined
  const way = wayOf(req)
  way.followed = true
  if (!known) way.begin(nextOf(req), req.baseUrl === '' ? '' : UNKNOWN_MOUNT)
  exchange.settle = settle
  listenToNext(req)
}

/** The exchange of a request, if Express answers it: Nest stands on the same router and looks after its own. */
export function followed(req: object): Exchange | undefined {
  return knownWay(req)?.followed ? exchangeOf(req) : undefined
}

/** `res.render`, `res.sendFile` and `res.download` hand their errors to `req.next`, which no layer sees. */
export function listenToNext(req: RoutedRequest): void {
  const { next } = req
  if (typeof next === 'function') req.next = heeded(req, next as Next)
}

/** `next` that tells the exchange of the error it is given; 'route' and 'router' are none. */
export function heeded(req: RoutedRequest, next: Next): Next {
  if (original(next) !== next) return next
  // The router's own is there already, but in the handlers of a route.
  if (req.next !== next && original(req.next) === next) return req.next as Next
  return standsFor(hublineNext, next)

  function hublineNext(error?: unknown): unknown {
    if (error && error !== 'route' && error !== 'router') followed(req)?.fail(error)
    return next(error)
  }
}
