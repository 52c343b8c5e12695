import type { Exchange } from '@hubline/core/adapter'

/**
 * Reads the route from the request whenever it is asked for: Express leaves the last route that matched there, and
 * no hook of Nest's tells when that was. Nest registers its routes by their full path.
 */
export function followRoute(exchange: Exchange): void {
  exchange.findRoute = routeOf
}

function routeOf({ request }: Exchange): string | undefined {
  const { route } = request as { route?: { path?: unknown } }
  return typeof route?.path === 'string' ? route.path : undefined
}

/** Express also calls a route what answers 404, and middleware for one method. */
export function leaveNoRoute(exchange: Exchange): void {
  exchange.findRoute = undefined
  exchange.route = undefined
}
