import { exchangeStorage } from '../context/store.ts'
import { activeContext, runInContext } from '../otel/host-api.ts'
import type { Exchange } from './exchange.ts'

/** Runs the rest of a request, so that all it calls knows its exchange and joins its span. */
export function runExchange<Args extends unknown[], T>(
  exchange: Exchange,
  next: (...args: Args) => T,
  ...args: Args
): T {
  const { context } = exchange
  // Http instrumentation has made its context the active one before the line is reached.
  if (context && context !== activeContext())
    return runInContext(context, () => exchangeStorage().run(exchange, next, ...args))
  return exchangeStorage().run(exchange, next, ...args)
}
