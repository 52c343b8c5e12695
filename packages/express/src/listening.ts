import type { Server } from 'node:http'
import type { Hub } from '@hubline/core'
import { type AnyHttpServer, addressOf, onListening } from '@hubline/core/adapter'
import type { Request, RequestHandler } from 'express'
import { layersOf } from './own-layers.ts'
import { watchLayers } from './router-layers.ts'

const seen = new WeakMap<Hub, WeakSet<AnyHttpServer>>()

/** Notices the moment at which a server that answers with the app of `middleware` listens. */
export function watchListening(hub: Hub, middleware: RequestHandler): void {
  onListening((server) => {
    hub.beside(() => {
      const app = server.listeners('request').find((listener) => layersOf(listener, middleware).length > 0)
      if (!app) return
      adopt(hub, server)
      // Earlier than at the first request, on whose way some of it would be missed.
      watchLayers(hub, app)
    })
  })
}

/** A server whose listener hides the app (a wrapping function, say) shows itself at its first request. */
export function watchServerOf(hub: Hub, req: Request): void {
  const { server } = (req.socket ?? {}) as { server?: AnyHttpServer }
  if (server && !seen.get(hub)?.has(server)) adopt(hub, server)
}

function adopt(hub: Hub, server: AnyHttpServer): void {
  const servers = seen.get(hub) ?? new WeakSet()
  seen.set(hub, servers.add(server))
  server.once('close', () => {
    servers.delete(server)
    hub.stopped('close', server)
    void hub.flush()
  })
  hub.ready(addressOf(server as Server, 'setSecureContext' in server), server)
}
