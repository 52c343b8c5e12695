import { errorMonitor } from 'node:events'
import type { Http2ServerResponse } from 'node:http2'
import type { Readable } from 'node:stream'
import type { Hub } from '../hub.ts'
import { captureHeaders } from './captured-headers.ts'
import type { Exchange } from './exchange.ts'
import type { HttpRequest, HttpResponse } from './http.ts'
import { gaveUp } from './peer.ts'

const EXCHANGE = Symbol.for('hubline.exchange')

interface Marked {
  [EXCHANGE]?: Exchange
}

/** The exchange that a request or response belongs to, whoever began it. */
export function exchangeOf(message: object): Exchange | undefined {
  return (message as Marked)[EXCHANGE]
}

/**
 * Begins the exchange of a request and ends it when its response does.
 *
 * @param attend what else an adapter does at the beginning
 * @returns undefined when the request is being watched already (the line was added twice), nothing is captured, or
 *   this or `attend` fails: the app is not to feel it
 */
export function beginExchange(
  hub: Hub,
  request: HttpRequest,
  response: HttpResponse,
  attend?: (exchange: Exchange) => void,
): Exchange | undefined {
  if (!hub.capturing || exchangeOf(request) !== undefined) return undefined
  return hub.beside(() => {
    const exchange = hub.exchange(request)
    ;(request as Marked)[EXCHANGE] = exchange
    ;(response as Marked)[EXCHANGE] = exchange
    response.once('finish', onFinish)
    // Http instrumentation ends its span in a listener that was there before: ours must come first.
    if (exchange.adopted) response.prependOnceListener('close', onClose)
    else response.once('close', onClose)
    response.once('pipe', onPipe)
    attend?.(exchange)
    return exchange
  })
}

function onFinish(this: HttpResponse): void {
  finish(this, () => !wasReset(this))
}

function onClose(this: HttpResponse): void {
  finish(this, (exchange) => {
    exchange.timedOut = !this.writableFinished && gaveUp(this.req)
    return this.writableFinished
  })
}

function finish(response: HttpResponse, isComplete: (exchange: Exchange) => boolean): void {
  const exchange = exchangeOf(response)
  if (!exchange || exchange.ended) return
  exchange.hub.beside(() => {
    const completed = isComplete(exchange)
    captureHeaders(exchange, response)
    exchange.end(sentStatus(response), completed)
  })
}

/** The status that the client saw: an error handler may set another after the head has left. */
function sentStatus(response: HttpResponse): number | undefined {
  if (!response.headersSent) return undefined
  const { _header: head } = response as { _header?: string }
  const sent = typeof head === 'string' ? Number(head.slice(9, 12)) : Number.NaN
  return Number.isInteger(sent) && sent >= 100 ? sent : response.statusCode
}

/** A stream that breaks after the headers have left reaches no error handler. */
function onPipe(this: HttpResponse, source: Readable): void {
  const exchange = exchangeOf(this)
  exchange?.hub.beside(() => {
    // What breaks after the end was torn down because the client had left.
    source.once(errorMonitor, (error) => !exchange.ended && exchange.fail(error))
  })
}

/** An HTTP/2 response says `finish` also of a stream that was reset. */
function wasReset(response: HttpResponse): boolean {
  const { stream } = response as Partial<Http2ServerResponse>
  return stream?.rstCode !== undefined && stream.rstCode !== 0
}
