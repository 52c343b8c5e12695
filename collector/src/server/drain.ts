import { Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Settles when no more requests come; to be called once, before `close`. */
    drain(): Promise<void>
  }
}

/** Milliseconds without a new request after which connections count as idle. */
const QUIET_MS = 25
/** Milliseconds that busy senders may keep a collector open for. */
const PATIENCE_MS = 500

/**
 * Gives `app` a `drain()` that lets busy connections come to their end before the server closes: from then on each answer
 * says `connection: close`, so that no sender finds its connection cut under a request, or leaves one open for nothing. What
 * never sent anything is ended.
 */
export function addDrain(app: FastifyInstance): void {
  let draining = false
  let lastRequest = 0
  app.addHook('onRequest', (_request, _reply, done) => {
    lastRequest = performance.now()
    done()
  })
  // As late as possible: the request may have begun before.
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (draining && request.raw.httpVersionMajor === 1) reply.header('connection', 'close')
    done()
  })
  const open = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.decorate('drain', async function drain() {
    draining = true
    // Only the listening: an HTTP server's own `close` would cut the connections that are idle at this moment.
    Server.prototype.close.call(app.server)
    const from = performance.now()
    lastRequest = Math.max(lastRequest, from)
    for (;;) {
      const now = performance.now()
      const wait = Math.min(lastRequest + QUIET_MS, from + PATIENCE_MS) - now
      if (wait <= 0) break
      await sleep(wait)
    }
    // A server ends by itself those that are idle after a request, but not these.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
  })
}
