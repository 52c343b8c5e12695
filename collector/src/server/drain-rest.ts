import type { IncomingMessage } from 'node:http'

/** Milliseconds that a sender may go on with a body that is refused already. */
const PATIENCE_MS = 10_000

/**
 * Lets run out what is left of a refused body, keeping nothing of it. An answer that comes while its sender still writes
 * is mostly lost: the connection is closed under the sender, who sees that and not the answer, and tries again.
 *
 * @param drained called when the body has ended, its connection has, or the sender's time is up.
 */
export function drainRest(request: IncomingMessage, drained: () => void): void {
  if (request.complete || request.destroyed) return drained()
  const late = setTimeout(done, PATIENCE_MS)
  function done(): void {
    clearTimeout(late)
    request.off('end', done).off('close', done)
    drained()
  }
  request.once('end', done).once('close', done)
  request.resume()
}
