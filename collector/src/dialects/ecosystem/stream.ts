import type { WebSocket } from '@fastify/websocket'
import type { LiveFeed } from '../../live/feed.ts'
import type { EventFilter } from '../../store/events.ts'
import { toEcosystemEvent } from './event.ts'

const PING_MS = 15_000
const STALLED_MS = 30_000
/** Close codes of RFC 6455. */
const GOING_AWAY = 1001
const INTERNAL_ERROR = 1011

/**
 * Sends each event that is committed from now on as one JSON text, until the client leaves or `stop` aborts. What the
 * client has not taken is waited for, so a slow one holds one group of events at most; one that takes nothing, or does
 * not answer pings, for half a minute is cut off.
 */
export async function streamTo(
  socket: WebSocket,
  feed: LiveFeed,
  { filter, stop }: { filter: EventFilter; stop: AbortSignal },
): Promise<void> {
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  const signal = AbortSignal.any([stop, gone.signal])
  const pings = keepAlive(socket)
  try {
    for await (const { events } of feed.read('now', filter, signal, 'websocket')) {
      for (const { json } of events) {
        if (signal.aborted) break
        await send(socket, JSON.stringify(toEcosystemEvent(json)))
      }
    }
    socket.close(GOING_AWAY, 'the collector is stopping, or the token has ended')
  } catch (error) {
    socket.close(INTERNAL_ERROR, 'the stream ended early')
    throw error
  } finally {
    clearInterval(pings)
  }
}

/** Resolves when the text has left this process; also when the client is gone. */
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    const stalled = setTimeout(() => socket.terminate(), STALLED_MS)
    socket.send(text, () => {
      clearTimeout(stalled)
      resolve()
    })
  })
}

function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let heard = performance.now()
  const hear = (): void => void (heard = performance.now())
  socket.on('pong', hear).on('message', hear)
  return setInterval(() => {
    if (performance.now() - heard > STALLED_MS) socket.terminate()
    else socket.ping()
  }, PING_MS).unref()
}
