import { errorMonitor } from 'node:events'
import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Exchange } from './exchange.ts'
import type { HttpResponse } from './http.ts'

const LISTENER: unique symbol = Symbol('hubline.pipe')

type Piped = HttpResponse & { [LISTENER]?: (error: unknown) => void }

/** Hears of the errors of what is piped into a response: after its head has left no error handler does. */
export function piped(exchange: Exchange, response: Piped, source: Readable): void {
  exchange.hub.beside(() => {
    response[LISTENER] ??= listenerOf(exchange)
    source.on(errorMonitor, response[LISTENER])
  })
}

export function unpiped({ hub }: Exchange, response: Piped, source: Readable): void {
  // A proxy that hears of a reset ends its own answer before the one that it passes on says what happened.
  if (isHalfCome(source)) return
  hub.beside(() => source.removeListener(errorMonitor, response[LISTENER]!))
}

function listenerOf(exchange: Exchange): (error: unknown) => void {
  return (error) => heard(exchange, error)
}

function heard(exchange: Exchange, error: unknown): void {
  if (!exchange.ended) return exchange.failPiped(error)
  // Whatever else breaks after the end was torn down, because the client had left or had all it wanted.
  const { code } = error as NodeJS.ErrnoException
  if (exchange.completed && code === 'ECONNRESET') exchange.fail(error, true)
}

/** Another server's answer, which nobody reads twice, and which has not come to its end. */
function isHalfCome(source: Readable): boolean {
  return source instanceof IncomingMessage && !source.complete
}
