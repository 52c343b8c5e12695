import { subscribe } from 'node:diagnostics_channel'
import { Server as HttpServer } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

export type AnyHttpServer = HttpServer | HttpsServer

const listeners = new Set<(server: AnyHttpServer) => void>()
let subscribed = false

/** Calls `heard` for every HTTP server of this process at the moment it really listens. */
export function onListening(heard: (server: AnyHttpServer) => void): void {
  listeners.add(heard)
  if (subscribed) return
  subscribed = true
  subscribe('tracing:net.server.listen:asyncEnd', (message) => {
    const { server } = message as { server: unknown }
    if (server instanceof HttpServer || server instanceof HttpsServer) {
      for (const listener of listeners) listener(server)
    }
  })
}

/** `http://127.0.0.1:3000`, or the path of a pipe; undefined for a server that does not listen. */
export function addressOf(
  server: { address(): AddressInfo | string | null },
  encrypted: boolean,
): string | undefined {
  const address = server.address()
  if (address === null || typeof address === 'string') return address ?? undefined
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `${encrypted ? 'https' : 'http'}://${host}:${address.port}`
}
