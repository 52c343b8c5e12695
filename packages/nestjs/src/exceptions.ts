import { currentExchange, type Exchange, exchangeOf } from '@hubline/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js'
import { ExternalExceptionsHandler } from '@nestjs/core/exceptions/external-exceptions-handler.js'
import { type Handler, hasFilterFor, isOutcome } from './filters.ts'
import { reportSoon, watchMessages } from './messages.ts'
import { leaveNoRoute } from './route.ts'
import { watchEvents } from './sse.ts'
import { wrapMethod } from './wrap.ts'

/**
 * Sees every exception that reaches Nest: of controllers, guards, pipes, interceptors, middleware, GraphQL
 * resolvers, server-sent events and handlers of messages. No exception filter of ours is needed, which would displace the app's own.
 *
 * @returns a function that ends it for this caller; after the last one's Nest is as it was
 */
export function watchExceptions(): () => void {
  const releases = [
    wrapMethod(ExceptionsHandler.prototype, 'next', { before: onException }),
    wrapMethod(ExternalExceptionsHandler.prototype, 'next', { before: onException }),
    wrapMethod(BaseExceptionFilter.prototype, 'catch', { before: onLeftToNest }),
    watchEvents(),
    ...watchMessages(),
  ]
  return () => {
    for (const release of releases) release()
  }
}

function onException(handler: Handler, exception: unknown, host: unknown): void {
  const exchange = exchangeAt(host as ArgumentsHost)
  if (!exchange) return onUnrequested(handler, exception, host as ArgumentsHost)
  if (isUnrouted(exception, exchange)) leaveNoRoute(exchange)
  if (isOutcome(handler, exception)) return
  exchange.fail(exception, hasFilterFor(handler, exception) && !isAnswered(host as ArgumentsHost))
}

/** A subscription of GraphQL, say, goes on when its request is over. */
function onUnrequested(handler: Handler, exception: unknown, host: ArgumentsHost): void {
  if (host.getType() === 'http' || isOutcome(handler, exception)) return
  reportSoon(handler, exception, hasFilterFor(handler, exception))
}

/** A filter of the app's took it, but handed it on to the one it extends. */
function onLeftToNest(_filter: object, exception: unknown, host: unknown): void {
  exchangeAt(host as ArgumentsHost)?.judge(false, exception)
}

/** The request tells, because the context may have been lost; what is no HTTP has none to ask. */
function exchangeAt(host: ArgumentsHost): Exchange | undefined {
  if (host.getType() !== 'http') return currentExchange()
  const request = host.getArgByIndex<{ raw?: object } | undefined>(0)
  return request && exchangeOf(request.raw ?? request)
}

/** Nothing is left to answer an exception with that comes after the answer is complete. */
function isAnswered(host: ArgumentsHost): boolean {
  const response = host.getArgByIndex<{ raw?: object } | undefined>(1)
  return ((response?.raw ?? response) as { writableEnded?: boolean } | undefined)?.writableEnded === true
}

/** What Nest throws itself when no route answers. */
function isUnrouted(exception: unknown, { method, target }: Exchange): boolean {
  return exception instanceof Error && exception.message === `Cannot ${method} ${target}`
}
