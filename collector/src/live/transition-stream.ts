import type { ServerResponse } from 'node:http'
import type { MonitorStore, Transition, TransitionQuery } from '../store/monitors.ts'
import { drained, HEARTBEAT_MS } from './stream.ts'

const PAGE = 200
const RETRY_MS = 2000

export interface TransitionStreamOptions {
  /** Which changes, and after which cursor; without one it begins with what comes. */
  query: Omit<TransitionQuery, 'limit' | 'order'>
  show: (transition: Transition) => unknown
  stop: AbortSignal
}

/**
 * Writes changes of state as server-sent events until the client leaves or `stop` aborts. They are few: each is read from
 * the store when it is told, so that nothing is held for a client that is behind.
 */
export async function streamTransitions(
  store: MonitorStore,
  response: ServerResponse,
  { query, show, stop }: TransitionStreamOptions,
): Promise<void> {
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  response.once('error', () => ended.abort())
  const signal = AbortSignal.any([stop, ended.signal])
  let changed = Promise.withResolvers<void>()
  const wake = () => changed.resolve()
  signal.addEventListener('abort', wake, { once: true })
  const unwatch = store.watchTransitions(wake)
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': heartbeat\n\n')
  }, HEARTBEAT_MS)
  try {
    let cursor = query.cursor ?? (await newest(store))
    response.write(`retry: ${RETRY_MS}\n\n`)
    while (!signal.aborted) {
      changed = Promise.withResolvers<void>()
      const after = cursor === undefined ? {} : { cursor }
      const { transitions, hasMore } = await store.transitions({
        ...query,
        ...after,
        limit: PAGE,
        order: 'asc',
      })
      cursor = transitions.at(-1)?.cursor ?? cursor
      const text = transitions
        .map((one) => `id: ${one.cursor}\ndata: ${JSON.stringify(show(one))}\n\n`)
        .join('')
      if (text !== '' && !response.write(text)) await drained(response, signal)
      if (!hasMore && !signal.aborted) await changed.promise
    }
  } finally {
    unwatch()
    clearInterval(heartbeat)
    response.end()
  }
}

async function newest(store: MonitorStore): Promise<string | undefined> {
  const { transitions } = await store.transitions({ limit: 1, order: 'desc' })
  return transitions[0]?.cursor
}
