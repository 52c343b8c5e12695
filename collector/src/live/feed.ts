import type { EventQuery, ServedEvent } from '../store/events.ts'
import type { Store } from '../store/store.ts'
import { LiveRing } from './ring.ts'

const RING_MAX_BYTES = 8 * 1024 * 1024
const STEP_MAX_BYTES = 256 * 1024
const PAGE = 200

export interface FeedFilter {
  source?: string
  type?: string
}

/** Where a reader of the feed begins: after a cursor, at a time (milliseconds since the epoch), or now. */
export type FeedStart = { cursor: string } | { since: number } | 'now'

/** The committed events as a sequence that begins anywhere and goes on live, without a gap or a repeat. */
export class LiveFeed {
  readonly #store: () => Store
  readonly #ring = new LiveRing(RING_MAX_BYTES)
  readonly #wake = new Set<() => void>()
  #readers = 0
  #commits = 0
  #unwatch: (() => void) | undefined

  constructor(store: () => Store) {
    this.#store = store
  }

  /** How many readers there are. */
  get readers(): number {
    return this.#readers
  }

  /**
   * Yields events in small groups until `signal` aborts, reading from the store as long as it is behind and from memory
   * once it has caught up. Nothing is fetched before the consumer asks, so a slow one holds one group at most.
   */
  async *read(
    start: FeedStart,
    filter: FeedFilter,
    signal: AbortSignal,
  ): AsyncGenerator<ServedEvent[], void> {
    this.#enter()
    try {
      let position = start === 'now' ? this.#store().watermark() : 'cursor' in start ? start.cursor : ''
      let since = typeof start === 'object' && 'since' in start ? start.since : undefined
      while (!signal.aborted) {
        const seen = this.#commits
        const near = position === '' ? undefined : this.#ring.next(position, STEP_MAX_BYTES)
        if (near) {
          position = near.at(-1)?.cursor ?? position
          const events = near.filter((event) => matches(event, filter))
          if (events.length > 0) yield events
          if (near.length === 0) await this.#commitAfter(seen, signal)
          continue
        }
        const mark = this.#store().watermark()
        if (position >= mark) {
          await this.#commitAfter(seen, signal)
          continue
        }
        const { source, type } = filter
        const types = type === undefined ? undefined : [type]
        const query: EventQuery = { limit: PAGE, order: 'asc', source, types, since }
        if (position !== '') query.cursor = position
        const { events, next } = await this.#store().events(query)
        position = next ?? position
        since = undefined
        if (events.length > 0) yield events
      }
    } finally {
      this.#leave()
    }
  }

  #enter(): void {
    this.#readers++
    this.#unwatch ??= this.#store().watch((commit) => {
      this.#ring.add(commit)
      this.#commits++
      const waiting = [...this.#wake]
      this.#wake.clear()
      for (const wake of waiting) wake()
    })
  }

  #leave(): void {
    this.#readers--
    if (this.#readers > 0) return
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#ring.clear()
  }

  /** Settles at once when there was a commit since `seen`, so none between looking and waiting is slept through. */
  #commitAfter(seen: number, signal: AbortSignal): Promise<void> {
    if (this.#commits !== seen || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#wake.delete(wake)
        resolve()
      }
      this.#wake.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}

function matches({ source, type }: ServedEvent, filter: FeedFilter): boolean {
  return (
    (filter.source === undefined || filter.source === source) &&
    (filter.type === undefined || filter.type === type)
  )
}
