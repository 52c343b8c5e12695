import { subscribe } from 'node:diagnostics_channel'
import { Server as HttpServer } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import { Server as NetServer } from 'node:net'
import type { Hub } from '../hub.ts'
import { belongsTo, exchangeOf } from './marks.ts'
import type { HttpRequest, HttpResponse } from './http.ts'

interface ServerMessage {
  request: HttpRequest
  response: HttpResponse
  server: object
}

const STARTED = Symbol('hubline.started')

interface Begun {
  [STARTED]?: number
}

const watched = new WeakMap<object, Hub>()
let subscribed = false

/**
 * Reports what `server` answers with 400 or more before any middleware or hook has seen it, such as a malformed URL;
 * what it answers well before the line is reached is the app's own affair.
 */
export function watchUnseen(hub: Hub, server: object): void {
  if (!(server instanceof NetServer) || watched.has(server)) return
  watched.set(server, hub)
  if (server instanceof HttpServer || server instanceof HttpsServer) watchChannels()
  // A server of HTTP/2 publishes nothing before Node 24.
  else server.prependListener('request', onRequest)
}

/** When the server got `request`, in milliseconds since the epoch, if it is one of those that are watched. */
export function startOf(request: HttpRequest): number | undefined {
  return (request as Begun)[STARTED]
}

function watchChannels(): void {
  if (subscribed) return
  subscribed = true
  subscribe('http.server.request.start', (message) => begun(message as ServerMessage))
  subscribe('http.server.response.finish', (message) => finished(message as ServerMessage))
}

function onRequest(this: object, request: HttpRequest, response: HttpResponse): void {
  const message = { request, response, server: this }
  begun(message)
  response.once('finish', () => finished(message))
}

function begun({ request, server }: ServerMessage): void {
  const hub = watched.get(server)
  if (hub) (request as Begun)[STARTED] = hub.clock.now()
}

function finished({ request, response, server }: ServerMessage): void {
  if (response.statusCode < 400 || exchangeOf(request) !== undefined) return
  const hub = watched.get(server)
  if (!hub?.running) return
  const exchange = hub.exchange(request, startOf(request))
  // Of HTTP/1 on a server of HTTP/2, Node 24 tells both ways.
  belongsTo(exchange, request)
  exchange.end(response.statusCode, true)
}
