import { errorMonitor } from 'node:events'
import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Exchange } from './exchange.ts'
import type { HttpResponse } from './http.ts'
import { exchangeOf } from './marks.ts'

const LISTENER = Symbol('hubline.pipe')

type Piped = HttpResponse & { [LISTENER]?: (error: unknown) => void }

/** Hears of the errors of all that is piped into a response: after its head has left no error handler does. */
export function watchPipes(response: HttpResponse): void {
  response.on('pipe', onPipe)
  response.on('unpipe', onUnpipe)
}

function onPipe(this: Piped, source: Readable): void {
  const exchange = exchangeOf(this)
  exchange?.hub.beside(() => {
    this[LISTENER] ??= (error) => heard(exchange, error)
    source.on(errorMonitor, this[LISTENER])
  })
}

function onUnpipe(this: Piped, source: Readable): void {
  // A proxy that hears of a reset ends its own answer before the one that it passes on says what happened.
  if (isHalfCome(source)) return
  exchangeOf(this)?.hub.beside(() => source.removeListener(errorMonitor, this[LISTENER]!))
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
