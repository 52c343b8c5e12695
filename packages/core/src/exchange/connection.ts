import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { HttpResponse } from './http.ts'

type Channel = { stream: ServerHttp2Stream; socket?: never } | { stream?: never; socket: Socket | undefined }

/** What an answer goes by: a stream of HTTP/2, which outlives the request's link to it, or else a socket. */
function channelOf(response: HttpResponse): Channel {
  const { stream } = response as { stream?: ServerHttp2Stream }
  if (stream && 'rstCode' in stream) return { stream }
  return { socket: (response.req as { socket?: Socket } | undefined)?.socket ?? undefined }
}

/**
 * Whether the way of an answer that is not whole yet was closed by the client or by the server, and not by the app:
 * what breaks from here on breaks for want of somebody who listens.
 */
export function isGone(response: HttpResponse): boolean {
  const { stream, socket } = channelOf(response)
  if (stream) return stream.aborted && stream.rstCode !== 0 && cutBy(response) === undefined
  if (!socket) return false
  // A client may have said all it had to say and still listen, where the server lets it.
  if (socket.readableEnded && !socket.writable) return true
  return socket.destroyed && !isCut(response) && cutBy(response) === undefined
}

/** Whether the server closed the connection for one of its timeouts; a client that leaves ends or resets it. */
export function gaveUp(response: HttpResponse): boolean {
  const { socket } = channelOf(response)
  if (!socket) return false
  if (codeOf(socket.errored) === 'ERR_HTTP_REQUEST_TIMEOUT') return true
  const { timeout = 0, readableEnded, errored } = socket
  return timeout > 0 && !readableEnded && errored === null
}

/** Whether the app destroyed the answer itself: where nobody did, Node leaves `null`. HTTP/2 does not tell. */
export function isCut(response: HttpResponse): boolean {
  return 'errored' in response && response.errored !== null
}

/** The error with which the app destroyed an answer or what it goes by. */
export function cutBy(response: HttpResponse): Error | undefined {
  const { stream, socket } = channelOf(response)
  // By the client's doing these errors have a code: of HTTP/2, of the network, of the parser, of TLS.
  if (stream)
    return codeOf(stream.errored).startsWith('ERR_HTTP2') ? undefined : (stream.errored ?? undefined)
  if (isCut(response)) return (response as { errored?: Error }).errored
  return codeOf(socket?.errored) === '' ? (socket?.errored ?? undefined) : undefined
}

function codeOf(error: Error | null | undefined): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  return typeof code === 'string' ? code : ''
}
