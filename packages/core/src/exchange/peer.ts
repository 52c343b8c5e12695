import type { Socket } from 'node:net'
import type { HttpRequest } from './http.ts'

/** What is known of the connection that a request came by; read while it is there. */
export interface Peer {
  address: string | undefined
  encrypted: boolean
}

export function peerOf(request: HttpRequest): Peer {
  try {
    const socket = request.socket as (Socket & { encrypted?: boolean }) | undefined
    return { address: socket?.remoteAddress, encrypted: socket?.encrypted === true }
  } catch {
    // An HTTP/2 stream that has lost its session throws at the look.
    return { address: undefined, encrypted: false }
  }
}

/** Whether the server closed the connection for one of its timeouts; a client that leaves ends or resets it. */
export function gaveUp(request: HttpRequest): boolean {
  if (request.httpVersionMajor !== 1) return false
  const { socket } = request as { socket?: Socket }
  if ((socket?.errored as NodeJS.ErrnoException | null)?.code === 'ERR_HTTP_REQUEST_TIMEOUT') return true
  return (
    socket?.timeout !== undefined && socket.timeout > 0 && !socket.readableEnded && socket.errored === null
  )
}
