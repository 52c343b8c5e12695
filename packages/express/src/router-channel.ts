import { tracingChannel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Exchange } from '@hubline/core/adapter'
import { watchAnswer } from './answered.ts'
import { followed, listenToNext } from './following.ts'
import { nextOf, wayOf } from './marks.ts'
import { shared } from './shared.ts'

/** What router 2.3 publishes around every handler. */
interface RouterMessage {
  req: { baseUrl: string; next?: unknown }
  res: ServerResponse
  /** Of the handlers inside a route the layers know their method, `undefined` for all(). */
  layer: object
  /** Pattern of the layer that matched: a route's path, or where a router is mounted. */
  route?: string | RegExp
  /** Name of the parameter whose callback is called. */
  param?: string
  error?: unknown
  errorHandler?: boolean
  incomingError?: unknown
}

const channel = tracingChannel<unknown, RouterMessage & object>('express.router.request')

/** Takes routes and errors from the router's own channel; one subscription serves every hub of the process. */
export function watchChannel(): void {
  const state = shared()
  if (state.subscribed) return
  state.subscribed = true
  channel.start.subscribe((message) => onStart(message as RouterMessage))
  channel.error.subscribe((message) => onError(message as RouterMessage))
}

/** Whether the router that has just called a handler with `req` publishes what it does. */
export function isPublished(req: object): boolean {
  const state = shared()
  const published = state.newest === req
  state.newest = undefined
  return published
}

function onStart(message: RouterMessage): void {
  const { req } = message
  shared().newest = req
  const exchange = followed(req)
  if (exchange?.ended || message.param !== undefined) return
  // What a subscriber throws would be nobody's: an uncaught exception.
  if (exchange) exchange.hub.beside(() => enter(message, exchange))
  else {
    try {
      enter(message, undefined)
    } catch {}
  }
}

function enter(message: RouterMessage, exchange: Exchange | undefined): void {
  const { req, res, layer, route, errorHandler, incomingError } = message
  const way = wayOf(req)
  if (errorHandler) {
    exchange?.fail(incomingError)
    if (exchange) watchAnswer(exchange, way, res)
    return
  }
  if (route === undefined) return
  if (!('method' in layer)) way.enter(nextOf(req), route)
  else if (exchange) exchange.route = way.route(nextOf(req), route)
  if (exchange) listenToNext(req)
}

function onError({ req, error }: RouterMessage): void {
  const exchange = followed(req)
  exchange?.hub.beside(() => exchange.fail(error))
}
