import type { Exchange } from '@hubline/core/adapter'

/**
 * Reads the route from the request whenever it is asked for: Express leaves the last route that matched there, and
 * no hook of Nest's tells when that was. Nest registers its routes by their full path.
 */
export function followRoute(exchange: Exchange): void {
  Object.defineProperty(exchange, 'route', FOLLOWING)
}

const FOLLOWING: PropertyDescriptor & ThisType<Exchange> = {
  configurable: true,
  enumerable: true,
  get() {
    const { route } = this.request as { route?: { path?: unknown } }
    return typeof route?.path === 'string' ? route.path : undefined
  },
  /** Whoever else watches the router of Express knows no better. */
  set() {},
}

/** Express also calls a route what answers 404, and middleware for one method. */
export function leaveNoRoute(exchange: Exchange): void {
  Object.defineProperty(exchange, 'route', { value: undefined, writable: true })
}
