import { errorMonitor } from 'node:events'
import type { Exchange } from '@hubline/core/adapter'

interface Observable {
  once(event: symbol, listener: (error: unknown) => void): void
}

/** Hears of a stream that breaks after the headers are sent, for which Fastify runs no hook. */
export function watchStream(exchange: Exchange | undefined, payload: unknown): void {
  if (!exchange || !isStream(payload)) return
  payload.once(errorMonitor, (error) => {
    // What breaks afterwards was torn down because the client had left.
    if (!exchange.ended) exchange.fail(error)
  })
}

function isStream(payload: unknown): payload is Observable {
  if (typeof payload !== 'object' || payload === null) return false
  const { pipe, once } = payload as { pipe?: unknown; once?: unknown }
  return typeof pipe === 'function' && typeof once === 'function'
}
