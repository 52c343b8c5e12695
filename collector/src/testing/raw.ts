import { once } from 'node:events'
import { connect } from 'node:net'

/** What came back over a socket. */
export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  status: number
  /** Everything, head and body. */
  text: string
}

/** Writes bytes to a port of this machine as they are, and reads until the other end closes. */
export async function raw(port: number, bytes: string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  // A refusal may close the connection while it is still being written to.
  socket.on('error', () => undefined)
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const closed = once(socket, 'close')
  socket.write(bytes)
  await closed
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

/** A GET that ends its connection, with the header lines given. */
export function get(target: string, ...lines: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'connection: close', ...lines, '', ''].join('\r\n')
}
