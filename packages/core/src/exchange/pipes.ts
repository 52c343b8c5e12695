import { errorMonitor } from 'node:events'
import type { Readable } from 'node:stream'
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
  this[LISTENER] ??= (error) => {
    const exchange = exchangeOf(this)
    // What breaks afterwards was torn down because the client had left.
    if (exchange && !exchange.ended) exchange.failPiped(error)
  }
  source.on(errorMonitor, this[LISTENER])
}

function onUnpipe(this: Piped, source: Readable): void {
  if (this[LISTENER]) source.removeListener(errorMonitor, this[LISTENER])
}
