import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { EventFilter } from '../store/events.ts'
import type { FeedStart, LiveFeed } from './feed.ts'

/** Milliseconds between two signs of life to the client. */
export const HEARTBEAT_MS = 15_000
/** Milliseconds in which a client must take what was written for it. */
export const STALLED_MS = 30_000
/** Advice for the client: milliseconds before it connects again. */
const RETRY_MS = 2000

/**
 * Writes the feed as server-sent events until the client leaves or `stop` aborts. A client that takes nothing for half a
 * minute is disconnected; it can resume with `Last-Event-ID`. That moves on with the heartbeats too, past what the filter
 * leaves out, so that whoever waits for a rare event need not search again for what it has been spared.
 */
export async function streamEvents(
  feed: LiveFeed,
  response: ServerResponse,
  options: { start: FeedStart; filter: EventFilter; stop: AbortSignal },
): Promise<void> {
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  response.once('error', () => ended.abort())
  const signal = AbortSignal.any([options.stop, ended.signal])
  let [told, reached] = ['', '']
  const tellReached = () => {
    if (told === reached) return ''
    told = reached
    return `id: ${reached}\n`
  }
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(`${tellReached()}: heartbeat\n\n`)
  }, HEARTBEAT_MS)
  try {
    response.write(`retry: ${RETRY_MS}\n\n`)
    for await (const { events, position } of feed.read(options.start, options.filter, signal)) {
      reached = position
      if (told === '' && events.length === 0 && reached !== '') response.write(`${tellReached()}\n`)
      if (events.length === 0) continue
      told = events.at(-1)!.cursor
      const text = events.map(({ cursor, json }) => `id: ${cursor}\ndata: ${json}\n\n`).join('')
      if (!response.write(text)) await drained(response, signal)
    }
  } finally {
    clearInterval(heartbeat)
    response.end()
  }
}

/** Waits until the client has taken what was written; one that does not is cut off. */
export async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const stalled = setTimeout(() => response.destroy(), STALLED_MS)
  try {
    await once(response, 'drain', { signal })
  } catch {
    // The client is gone, or the collector is stopping: the loop ends by the same signal.
  } finally {
    clearTimeout(stalled)
  }
}
