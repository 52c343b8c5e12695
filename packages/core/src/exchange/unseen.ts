import { subscribe } from 'node:diagnostics_channel'
import { type IncomingMessage, Server as HttpServer, type ServerResponse } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { Hub } from '../hub.ts'
import { exchangeOf } from './begin.ts'

interface ServerMessage {
  request: IncomingMessage
  response: ServerResponse
  server: object
}

const STARTED = Symbol('hubline.started')

const watched = new WeakMap<object, Hub>()
let subscribed = false

/**
 * Reports what `server` answers with 400 or more before any middleware or hook has seen it, such as a malformed URL;
 * what it answers well before the line is reached is the app's own affair.
 */
export function watchUnseen(hub: Hub, server: object): void {
  if (!(server instanceof HttpServer || server instanceof HttpsServer) || watched.has(server)) return
  watched.set(server, hub)
  if (subscribed) return
  subscribed = true
  subscribe('http.server.request.start', onStart as (message: unknown) => void)
  subscribe('http.server.response.finish', onFinish as (message: unknown) => void)
}

function onStart({ request, server }: ServerMessage): void {
  const hub = watched.get(server)
  if (hub) (request as { [STARTED]?: number })[STARTED] = hub.clock.now()
}

function onFinish({ request, response, server }: ServerMessage): void {
  if (response.statusCode < 400 || exchangeOf(request) !== undefined) return
  const hub = watched.get(server)
  if (!hub?.running) return
  hub.exchange(request, (request as { [STARTED]?: number })[STARTED]).end(response.statusCode, true)
}
