import type { ServerResponse } from 'node:http'
import { type Exchange, exchangeOf } from '@hubline/core/adapter'
import { settle } from './answered.ts'
import { shared } from './shared.ts'
import { Way } from './way.ts'

export interface RoutedRequest {
  baseUrl: string
  next?: unknown
}

/** Stands for a mount path that cannot be known; never the concrete path, of which there is no end. */
export const UNKNOWN_MOUNT = '/*'

const { ways, followed: ours, originals } = shared()

/** From here on the router's news of the request are taken for this exchange. */
export function follow(exchange: Exchange, req: RoutedRequest, res: ServerResponse): void {
  const known = ways.has(req)
  const way = wayOf(req)
  ours.add(exchange)
  if (!known) way.begin(nextOf(req), req.baseUrl === '' ? '' : UNKNOWN_MOUNT)
  exchange.settle = () => settle(exchange, way, nextOf(req), res)
  listenToNext(req)
}

/** The exchange of a request, if Express answers it: Nest stands on the same router and looks after its own. */
export function followed(req: object): Exchange | undefined {
  const exchange = exchangeOf(req)
  return exchange && ours.has(exchange) ? exchange : undefined
}

/** Also of a request that is not followed yet: the line may stand in a router below. */
export function wayOf(req: object): Way {
  let way = ways.get(req)
  if (!way) ways.set(req, (way = new Way()))
  return way
}

/** The `next` of the router that a request is in, without what we put around it. */
export function nextOf({ next }: RoutedRequest): unknown {
  return original(next)
}

export function original(next: unknown): unknown {
  return typeof next === 'function' ? (originals.get(next) ?? next) : next
}

/** `res.render`, `res.sendFile` and `res.download` hand their errors to `req.next`, which no layer sees. */
export function listenToNext(req: RoutedRequest): void {
  const { next } = req
  if (typeof next === 'function') req.next = heeded(req, next as Next)
}

type Next = (error?: unknown) => unknown

/** `next` that tells the exchange of the error it is given; 'route' and 'router' are none. */
export function heeded(req: RoutedRequest, next: Next): Next {
  if (originals.has(next)) return next
  // The router's own is there already, but in the handlers of a route.
  if (typeof req.next === 'function' && originals.get(req.next) === next) return req.next as Next
  originals.set(hublineNext, next)
  return hublineNext

  function hublineNext(error?: unknown): unknown {
    if (error && error !== 'route' && error !== 'router') followed(req)?.fail(error)
    return next(error)
  }
}
