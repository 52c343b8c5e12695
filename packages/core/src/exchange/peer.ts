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
