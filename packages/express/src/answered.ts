import type { ServerResponse } from 'node:http'
import type { Exchange } from '@hubline/core/adapter'
import { nextOf, type RoutedRequest, wayOf } from './marks.ts'
import type { Way } from './way.ts'

/** An error handler of the app's is called: it may answer, or log and pass the errors on to Express's own last one. */
export function watchAnswer(exchange: Exchange, way: Way, res: ServerResponse): void {
  // After the answer is complete nothing is left that could answer.
  if (!res.writableEnded) way.answerable = exchange.errors?.length ?? 0
}

/**
 * Decides at the end of a response whether the app dealt with its errors, and that a 404 which its last route only passed on
 * has no route.
 */
export function settle(exchange: Exchange): void {
  const way = wayOf(exchange.request!)
  if (exchange.errors || exchange.status === 404) judge(exchange, way)
  way.forget()
}

function judge(exchange: Exchange, way: Way): void {
  const { errors } = exchange
  const res = exchange.response as ServerResponse
  const handled = res.writableFinished && !writtenByExpress(res)
  for (const captured of errors?.slice(0, way.answerable ?? 0) ?? []) captured.handled = handled
  // What has left all routers has no `next`; where an error did, its route is the one that it came from.
  const left = nextOf(exchange.request as unknown as RoutedRequest) === undefined && !errors
  if (exchange.status === 404 && (way.passed || left)) exchange.route = undefined
}

/** Nothing but the headers that finalhandler sets tell its answers from the app's. */
function writtenByExpress(res: ServerResponse): boolean {
  return (
    res.getHeader('content-security-policy') === "default-src 'none'" &&
    res.getHeader('x-content-type-options') === 'nosniff' &&
    res.getHeader('content-type') === 'text/html; charset=utf-8'
  )
}
