import { currentExchange } from '@hubline/core/adapter'
import { type Handler, hasFilterFor } from './filters.ts'
import { prototypeOf } from './optional.ts'
import { ownerOf, watchOwners } from './owners.ts'
import { wrapMethod } from './wrap.ts'

/** Where the handlers of exceptions of messages are, each in a package that an app may have. */
const HANDLERS = {
  RpcExceptionsHandler: '@nestjs/microservices/exceptions/rpc-exceptions-handler.js',
  WsExceptionsHandler: '@nestjs/websockets/exceptions/ws-exceptions-handler.js',
} as const

interface Report {
  exception: unknown
  handled: boolean
}

/** Until the filters that are called at once have been. */
const waiting = new Set<Report>()

/**
 * Sees every exception that handlers of messages throw, of microservices and of WebSocket gateways, where their
 * packages are installed.
 *
 * @returns what ends it, one for each method
 */
export function watchMessages(): (() => void)[] {
  const releases = Object.entries(HANDLERS).flatMap(([name, module]) => {
    const prototype = prototypeOf(name, module)
    if (!prototype) return []
    const base = Object.getPrototypeOf(prototype) as object
    return [
      wrapMethod(prototype, 'handle', { before: onException }),
      wrapMethod(base, 'catch', { before: onLeftToNest }),
    ]
  })
  return [...releases, ...watchOwners()]
}

function onException(handler: Handler, exception: unknown): void {
  reportSoon(handler, exception, isSaid(exception) || hasFilterFor(handler, exception))
}

/**
 * Reports what was thrown outside HTTP: with the request in whose course it was, or by itself. A message is no
 * request, and none is made of it.
 */
export function reportSoon(handler: object, exception: unknown, handled: boolean): void {
  const report = { exception, handled }
  waiting.add(report)
  queueMicrotask(() => {
    waiting.delete(report)
    const exchange = currentExchange()
    if (exchange) exchange.fail(exception, report.handled)
    else
      ownerOf(handler).error(exception, {
        handled: report.handled,
        severity: report.handled ? 'warning' : 'error',
      })
  })
}

/** A filter of the app's took it, but handed it on to the one it extends. */
function onLeftToNest(_filter: object, exception: unknown): void {
  for (const report of waiting) {
    if (Object.is(report.exception, exception)) report.handled = isSaid(exception)
  }
}

/** An RpcException or WsException is what the app says to its client by intent. */
function isSaid(exception: unknown): boolean {
  return typeof (exception as { getError?: unknown } | undefined)?.getError === 'function'
}
