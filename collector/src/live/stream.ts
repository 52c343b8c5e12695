import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FeedFilter, FeedStart, LiveFeed } from './feed.ts'

const HEARTBEAT_MS = 15_000
const STALLED_MS = 30_000
/** Advice for the client: milliseconds before it connects again. */
const RETRY_MS = 2000

/**
 * Writes the feed as server-sent events until the client leaves or `stop` aborts. A client that takes nothing for half a
 * minute is disconnected; it can resume with `Last-Event-ID`.
 */
export async function streamEvents(
  feed: LiveFeed,
  response: ServerResponse,
  options: { start: FeedStart; filter: FeedFilter; stop: AbortSignal },
): Promise<void> {
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  response.once('error', () => ended.abort())
  const signal = AbortSignal.any([options.stop, ended.signal])
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': heartbeat\n\n')
  }, HEARTBEAT_MS)
  try {
    response.write(`retry: ${RETRY_MS}\n\n`)
    for await (const events of feed.read(options.start, options.filter, signal)) {
      const text = events.map(({ cursor, json }) => `id: ${cursor}\ndata: ${json}\n\n`).join('')
      if (!response.write(text)) await drained(response, signal)
    }
  } finally {
    clearInterval(heartbeat)
    response.end()
  }
}

/** Waits until the client has taken what was written; one that does not is cut off. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const stalled = setTimeout(() => response.destroy(), STALLED_MS)
  try {
    await once(response, 'drain', { signal })
  } catch {
    // The client is gone, or the collector is stopping: the loop ends by the same signal.
  } finally {
    clearTimeout(stalled)
  }
}
