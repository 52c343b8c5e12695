import type { ServerResponse } from 'node:http'
import { exchangeOf } from '@hubline/core/adapter'

/**
 * Decides at the end of a response on whose way an error handler lay whether the app dealt with its errors: the
 * handler may as well have logged and passed them on to Express's own last handler.
 */
export function watchAnswer(res: ServerResponse): void {
  const exchange = exchangeOf(res)
  if (exchange) exchange.settle = (settled) => settled.judge(res.writableFinished && !writtenByExpress(res))
}

/** Nothing but the headers that finalhandler sets tell its answers from the app's. */
function writtenByExpress(res: ServerResponse): boolean {
  return (
    res.getHeader('content-security-policy') === "default-src 'none'" &&
    res.getHeader('x-content-type-options') === 'nosniff' &&
    res.getHeader('content-type') === 'text/html; charset=utf-8'
  )
}
