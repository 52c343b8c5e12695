import { Way } from './way.ts'

// On the request and the function themselves, the same to every copy of this package: a WeakMap takes half a microsecond for
// each entry.
const WAY: unique symbol = Symbol.for('hubline.express.way')
const ORIGINAL: unique symbol = Symbol.for('hubline.express.next')

export interface RoutedRequest {
  baseUrl: string
  next?: unknown
  [WAY]?: Way
}

export type Next = ((error?: unknown) => unknown) & { [ORIGINAL]?: Next }

/** The way of a request, if it has one. */
export function knownWay(req: object): Way | undefined {
  return (req as RoutedRequest)[WAY]
}

/** Also of a request that is not followed yet: the line may stand in a router below. */
export function wayOf(req: object): Way {
  return ((req as RoutedRequest)[WAY] ??= new Way())
}

/** Says what stands in `ours`. */
export function standsFor(ours: Next, next: Next): Next {
  ours[ORIGINAL] = next
  return ours
}

/** A `next` without what we put around it. */
export function original(next: unknown): unknown {
  return typeof next === 'function' ? ((next as Next)[ORIGINAL] ?? next) : next
}

/** The `next` of the router that a request is in, without what we put around it. */
export function nextOf({ next }: RoutedRequest): unknown {
  return original(next)
}
