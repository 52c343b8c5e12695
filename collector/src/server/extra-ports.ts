import { createServer, type Server, type Socket } from 'node:net'
import type { Server as HttpServer } from 'node:http'

/** Further ports on which one HTTP server is reached. */
export interface ExtraPorts {
  readonly ports: readonly number[]
  /** Listens no more; resolves when the connections that came this way have ended. */
  close(): Promise<void>
}

/**
 * Hands what connects to further ports to `server`, as if it had come to its own: the same doors, limits and routes.
 *
 * @param connected hears of each connection first
 * @param failed makes the error of a port that cannot be listened on.
 */
export async function listenExtra(
  server: HttpServer,
  {
    host,
    ports,
    connected,
  }: { host: string; ports: readonly number[]; connected?: (socket: Socket) => void },
  failed: (error: Error, port: number) => Promise<Error>,
): Promise<ExtraPorts> {
  const listening: Server[] = []
  const close = async (): Promise<void> => {
    await Promise.all(listening.map((each) => new Promise<void>((closed) => each.close(() => closed()))))
  }
  for (const port of ports) {
    const extra = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      connected?.(socket)
      server.emit('connection', socket)
    })
    extra.maxConnections = server.maxConnections
    try {
      await new Promise<void>((resolve, reject) => {
        extra.once('error', reject)
        extra.listen({ host, port }, resolve)
      })
    } catch (error) {
      await close()
      throw await failed(error as Error, port)
    }
    listening.push(extra)
  }
  return { ports: listening.map((each) => (each.address() as { port: number }).port), close }
}
