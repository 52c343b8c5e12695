import { type Exchange, exchangeOf } from '@hubline/core/adapter'
import { mountedAt, type Mounts } from './mounts.ts'

const ours = new WeakSet<Exchange>()

/** From here on the router's news of the request are taken for this exchange. */
export function follow(exchange: Exchange): void {
  ours.add(exchange)
}

/** The exchange of a request, if Express answers it: Nest stands on the same router and looks after its own. */
export function followed(req: object): Exchange | undefined {
  const exchange = exchangeOf(req)
  return exchange && ours.has(exchange) ? exchange : undefined
}

/** Remembers where a router is mounted, so that the routes below it know their whole template. */
export function enterMount(req: { baseUrl: string }, mount: string | RegExp): void {
  const mounts = mountsOf(req)
  if (mounts) mountedAt(mounts, req.baseUrl, mount)
}

/** Gives the exchange of `req` its route: the patterns of the enclosing mounts and the route's own. */
export function enterRoute(req: { baseUrl: string }, route: string | RegExp): void {
  const mounts = mountsOf(req)
  if (mounts) followed(req)!.route = joinRoute(mountedAt(mounts, req.baseUrl, undefined), route)
}

function mountsOf(req: object): Mounts | undefined {
  const exchange = followed(req)
  return exchange && !exchange.ended ? ((exchange.notes ??= []) as Mounts) : undefined
}

function joinRoute(base: string, route: string | RegExp): string {
  const path = String(route)
  if (path === '/' && base !== '') return base
  return base + (path.startsWith('/') ? path : `/${path}`)
}
