import type { Http2ServerResponse } from 'node:http2'
import { captureBody } from './captured-body.ts'
import { captureHeaders } from './captured-headers.ts'
import { cutBy, gaveUp, isCut, isGone } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { HttpResponse } from './http.ts'

/**
 * Ends an exchange with its response: `finish` and `close` race, and the first of them does, before its listeners hear of
 * it. Http instrumentation ends its span in one of these.
 */
export function endAt(event: 'finish' | 'close', exchange: Exchange, response: HttpResponse): void {
  if (exchange.ended) return
  try {
    const completed = event === 'finish' ? isWhole(response) : response.writableFinished
    if (!completed && isUpgrade(exchange, response)) return exchange.dismiss()
    if (!completed) judgeCut(exchange, response)
    captureHeaders(exchange, response)
    captureBody(exchange, response.req)
    exchange.end(sentStatus(response, completed), completed)
  } catch (error) {
    exchange.hub.stumble(error)
  }
}

/** Who is to blame for an answer that is not whole: the app that destroyed it, a timeout of the server's, or nobody. */
function judgeCut(exchange: Exchange, response: HttpResponse): void {
  const gone = isGone(response)
  const error = cutBy(response)
  if (!gone && error !== undefined) exchange.fail(error)
  // Who destroys an answer that has no head yet may well mean it: a client that is not welcome.
  exchange.broken ||=
    !gone && (error !== undefined || (isCut(response) && sentStatus(response, false) !== undefined))
  exchange.timedOut = !exchange.broken && gaveUp(response)
}

/** A response of HTTP/2 says `finish` also of a stream that was reset, or destroyed before its end. */
function isWhole(response: HttpResponse): boolean {
  const { stream } = response as Partial<Http2ServerResponse>
  if (stream?.rstCode === undefined) return true
  return stream.rstCode === 0 && (response.writableEnded || !stream.aborted)
}

/** The connection goes on in another protocol, and the answer was never used. */
function isUpgrade({ request }: Exchange, response: HttpResponse): boolean {
  // Node sets it on every request of HTTP/1; what an app makes up itself may have none.
  const { upgrade = 'upgrade' in (request?.headers ?? {}) } = (request ?? {}) as { upgrade?: boolean | null }
  return upgrade === true && sentStatus(response, false) === undefined
}

/** The status that the client saw: an error handler may set another after the head has left. */
function sentStatus(response: HttpResponse, completed: boolean): number | undefined {
  const { _header: head, stream } = response as { _header?: unknown; stream?: Http2ServerResponse['stream'] }
  // Read from what was sent, because plugins redefine what tells of it.
  const sent = typeof head === 'string' ? Number(head.slice(9, 12)) : Number(stream?.sentHeaders?.[':status'])
  if (Number.isInteger(sent) && sent >= 100) return sent
  return completed || (head === undefined && response.headersSent) ? response.statusCode : undefined
}
