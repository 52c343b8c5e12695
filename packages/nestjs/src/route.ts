import type { Exchange } from '@hubline/core/adapter'

/** Noted on an exchange that no route answered, whatever patterns of middleware it met on its way. */
const NO_ROUTE = Symbol.for('hubline.nestjs.no-route')

/** Express leaves the last route that matched on the request; Nest registers its routes by their full path. */
export function takeRoute(exchange: Exchange): void {
  if (exchange.ended || exchange.notes === NO_ROUTE) return
  const { route } = exchange.request as { route?: { path?: unknown } }
  if (typeof route?.path === 'string') exchange.route = route.path
}

/** Express counts middleware for one method, and what answers 404, among the routes that matched. */
export function takeNoRoute(exchange: Exchange): void {
  exchange.notes = NO_ROUTE
  exchange.route = undefined
}
