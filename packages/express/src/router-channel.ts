import { tracingChannel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { watchAnswer } from './answered.ts'
import { enterMount, enterRoute, followed } from './routes.ts'

/** What router 2.3 publishes around every handler. */
interface RouterMessage {
  req: { baseUrl: string }
  res: ServerResponse
  /** Of the handlers inside a route the layers know their method, `undefined` for all(). */
  layer: object
  /** Pattern of the layer that matched: a route's path, or where a router is mounted. */
  route?: string | RegExp
  error?: unknown
  errorHandler?: boolean
  incomingError?: unknown
}

const channel = tracingChannel<unknown, RouterMessage & object>('express.router.request')
let subscribed = false
let newest: object | undefined

/** Takes routes and errors from the router's own channel; one subscription serves every hub of the process. */
export function watchChannel(): void {
  if (subscribed) return
  subscribed = true
  channel.start.subscribe((message) => onStart(message as RouterMessage))
  channel.error.subscribe((message) => onError(message as RouterMessage))
}

/** Whether the router that has just called a handler with `req` publishes what it does. */
export function isPublished(req: object): boolean {
  const published = newest === req
  newest = undefined
  return published
}

function onStart({ req, res, layer, route, errorHandler, incomingError }: RouterMessage): void {
  newest = req
  const exchange = followed(req)
  if (!exchange || exchange.ended) return
  if (errorHandler) {
    exchange.fail(incomingError)
    watchAnswer(exchange, res)
  } else if (route !== undefined) {
    if ('method' in layer) enterRoute(req, route)
    else enterMount(req, route)
  }
}

function onError({ req, error }: RouterMessage): void {
  followed(req)?.fail(error)
}
