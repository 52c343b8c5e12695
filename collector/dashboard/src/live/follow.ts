import { tellConnection } from '../app/connection.ts'
import type { News, Request, StoredEvent } from './protocol.ts'

/** Which events: the filters of `GET /api/v1/hub/events`, and how many a second at most. */
export type LiveFilter = Readonly<Record<string, string | undefined>>

/** What changes for services: the one view that is open on every page. */
export const LIFECYCLE: LiveFilter = { type: 'LifecycleChanged,AppRegistered,DeploySignal' }

export interface Follower {
  /** From now on everything comes that is stored; what was stored before can be read. */
  begun?: () => void
  /** Oldest first. `more` events were passed over, because there were too many a second. */
  take: (events: StoredEvent[], more: number) => void
}

const followers = new Map<number, { view: string; follower: Follower }>()
let port: MessagePort | Promise<MessagePort> | undefined
let last = 0

/** Follows events over the one stream of this browser until the answer is called. */
export function follow(filter: LiveFilter, follower: Follower): () => void {
  const given = Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]))
  const view = new URLSearchParams(given.toSorted(([a], [b]) => (a < b ? -1 : 1))).toString()
  const id = ++last
  followers.set(id, { view, follower })
  ask({ do: 'follow', id, view })
  return () => {
    if (followers.delete(id)) ask({ do: 'leave', id })
  }
}

function ask(request: Request): void {
  port ??= connect()
  if (port instanceof MessagePort) port.postMessage(request)
  else void port.then((ready) => ready.postMessage(request))
}

/** To the worker that all pages of this browser share, or to a hub of our own where there are none. */
function connect(): MessagePort | Promise<MessagePort> {
  addEventListener('pagehide', () => ask({ do: 'bye' }))
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    for (const [id, { view }] of followers) ask({ do: 'follow', id, view })
  })
  if (typeof SharedWorker === 'function') {
    const worker = new SharedWorker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'hubline',
    })
    return (port = listen(worker.port))
  }
  return import('./hub.ts').then(({ LiveHub }) => {
    const { port1, port2 } = new MessageChannel()
    new LiveHub().connect(port2)
    return (port = listen(port1))
  })
}

function listen(port: MessagePort): MessagePort {
  port.addEventListener('message', ({ data }: MessageEvent<News>) => {
    if (data.tells === 'state') {
      const { state } = data
      return tellConnection(state === 'live' ? { stream: state, answers: true } : { stream: state })
    }
    const found = followers.get(data.id)?.follower
    if (data.tells === 'begun') found?.begun?.()
    else found?.take(data.events, data.more)
  })
  port.start()
  return port
}
