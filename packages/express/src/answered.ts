import type { ServerResponse } from 'node:http'
import type { Exchange } from '@hubline/core/adapter'

/**
 * Decides at the end of a response on whose way an error handler lay whether the app dealt with its errors: the
 * handler may as well have logged and passed them on to Express's own last handler. Called as the handler is; what
 * reaches it after the answer is complete has nothing left that could answer it.
 */
export function watchAnswer(exchange: Exchange, res: ServerResponse): void {
  if (res.writableEnded) return
  const answerable = exchange.errors?.length ?? 0
  exchange.settle = ({ errors = [] }) => {
    const handled = res.writableFinished && !writtenByExpress(res)
    for (const captured of errors.slice(0, answerable)) captured.handled = handled
  }
}

/** Nothing but the headers that finalhandler sets tell its answers from the app's. */
function writtenByExpress(res: ServerResponse): boolean {
  return (
    res.getHeader('content-security-policy') === "default-src 'none'" &&
    res.getHeader('x-content-type-options') === 'nosniff' &&
    res.getHeader('content-type') === 'text/html; charset=utf-8'
  )
}
