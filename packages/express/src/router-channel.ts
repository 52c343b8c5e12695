import { tracingChannel } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import type { Hub } from '@hubline/core'
import { exchangeOf } from '@hubline/core/adapter'
import { watchAnswer } from './answered.ts'
import { mountedAt, type Mounts } from './mounts.ts'

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

/** Takes routes and errors from the router's own channel; one subscription serves every hub of the process. */
export function watchRouter(hub: Hub): void {
  hub.covers({
    tier: 'express router channel',
    blind: ['routers before 2.3, which publish nothing', 'requests that fail before the middleware'],
  })
  if (subscribed) return
  subscribed = true
  channel.start.subscribe((message) => onStart(message as RouterMessage))
  channel.error.subscribe((message) => onError(message as RouterMessage))
}

function onStart({ req, res, layer, route, errorHandler, incomingError }: RouterMessage): void {
  const exchange = exchangeOf(req)
  if (!exchange || exchange.ended) return
  if (errorHandler) {
    watchAnswer(res)
    return exchange.fail(incomingError)
  }
  if (route === undefined) return
  const mounts = (exchange.notes ??= []) as Mounts
  const base = mountedAt(mounts, req.baseUrl, 'method' in layer ? undefined : route)
  if ('method' in layer) exchange.route = joinRoute(base, route)
}

function onError({ req, error }: RouterMessage): void {
  exchangeOf(req)?.fail(error)
}

function joinRoute(base: string, route: string | RegExp): string {
  const path = route instanceof RegExp ? String(route) : route
  return path === '/' && base !== '' ? base : base + (path.startsWith('/') ? path : `/${path}`)
}
