import type { Hub } from '@hubline/core'
import { onListening, uninstrumented } from '@hubline/core/adapter'
import { type RouterLike, routerOf } from './router-of.ts'

type Layer = NonNullable<RouterLike['stack']>[number]

/** Apps and routers nest. */
const DEEPEST = 5

/**
 * Has the layers of `middleware` left alone by instrumentation of the host's, from the moment at which its app listens.
 *
 * @returns to be called with the app of each request: one behind a function of the user's is not seen to listen
 */
export function keepLayers(hub: Hub, middleware: unknown): (app: unknown) => void {
  const known = new WeakSet<object>()
  let last: unknown

  onListening((server) => {
    for (const listener of server.listeners('request')) reclaim(listener)
  })

  function reclaim(app: unknown): void {
    hub.beside(() => {
      for (const layer of layersOf(app, middleware))
        if (layer.handle !== middleware) layer.handle = middleware
    })
  }

  return function reclaimOnce(app) {
    if (app === last) return
    last = app
    if (typeof app !== 'function' || known.has(app)) return
    known.add(app)
    reclaim(app)
  }
}

/** The layers in which `middleware` stands, in `app` or a router of its, also where a wrapper of it does. */
export function layersOf(app: unknown, middleware: unknown, depth = 0): Layer[] {
  if (typeof app !== 'function' || depth > DEEPEST) return []
  const { stack = routerOf(app)?.stack ?? [] } = app as RouterLike
  return stack.flatMap((layer) =>
    uninstrumented(layer.handle) === middleware ? layer : layersOf(layer.handle, middleware, depth + 1),
  )
}
