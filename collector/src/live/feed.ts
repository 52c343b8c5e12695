import type { EventQuery, ServedEvent } from '../store/events.ts'
import type { Store } from '../store/store.ts'
import { LiveRing } from './ring.ts'

const RING_MAX_BYTES = 8 * 1024 * 1024
const STEP_MAX_BYTES = 256 * 1024
const PAGE = 200

export interface FeedFilter {
  source?: string
  type?: string
  /** What cannot be said by the fields of an event that is served. */
  keep?: (event: ServedEvent) => boolean
}

/** How somebody reads the feed. */
export type ReaderKind = 'stream' | 'websocket'

/** Somebody who reads the feed now. */
export interface FeedReader {
  /** Its kind and number, such as `stream-3`. */
  name: string
  filter: FeedFilter
  /** Events that it has taken. */
  sent: number
  /** Events that are there for it and it has not taken; of one that is far behind, those that are still in memory. */
  waiting: number
}

interface Reading extends Omit<FeedReader, 'waiting'> {
  /** Cursor up to which it has taken what there was. */
  position: string
}

/** Where a reader of the feed begins: after a cursor, at a time (milliseconds since the epoch), or now. */
export type FeedStart = { cursor: string } | { since: number } | 'now'

/** The committed events as a sequence that begins anywhere and goes on live, without a gap or a repeat. */
export class LiveFeed {
  readonly #store: () => Store
  readonly #ring = new LiveRing(RING_MAX_BYTES)
  readonly #wake = new Set<() => void>()
  readonly #readings = new Set<Reading>()
  #opened = 0
  #commits = 0
  #unwatch: (() => void) | undefined

  constructor(store: () => Store) {
    this.#store = store
  }

  /** How many readers there are. */
  get readers(): number {
    return this.#readings.size
  }

  /** Who reads, in the order in which they came. */
  list(): FeedReader[] {
    return [...this.#readings].map(({ name, filter, sent, position }) => {
      const waiting = this.#ring.count(position, (event) => matches(event, filter))
      return { name, filter, sent, waiting }
    })
  }

  /**
   * Yields events in small groups until `signal` aborts, reading from the store as long as it is behind and from memory
   * once it has caught up. Nothing is fetched before the consumer asks, so a slow one holds one group at most.
   */
  async *read(
    start: FeedStart,
    filter: FeedFilter,
    signal: AbortSignal,
    kind: ReaderKind = 'stream',
  ): AsyncGenerator<ServedEvent[], void> {
    const reading = this.#enter(kind, filter)
    try {
      let position = start === 'now' ? this.#store().watermark() : 'cursor' in start ? start.cursor : ''
      let since = typeof start === 'object' && 'since' in start ? start.since : undefined
      while (!signal.aborted) {
        reading.position = position
        const seen = this.#commits
        const near = position === '' ? undefined : this.#ring.next(position, STEP_MAX_BYTES)
        if (near) {
          position = near.at(-1)?.cursor ?? position
          const events = near.filter((event) => matches(event, filter))
          if (events.length > 0) yield events
          reading.sent += events.length
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
        const { events: page, next } = await this.#store().events(query)
        position = next ?? position
        since = undefined
        const events = filter.keep ? page.filter(filter.keep) : page
        if (events.length > 0) yield events
        reading.sent += events.length
      }
    } finally {
      this.#leave(reading)
    }
  }

  #enter(kind: ReaderKind, filter: FeedFilter): Reading {
    const reading = { name: `${kind}-${++this.#opened}`, filter, sent: 0, position: '' }
    this.#readings.add(reading)
    this.#unwatch ??= this.#store().watch((commit) => {
      this.#ring.add(commit)
      this.#commits++
      const waiting = [...this.#wake]
      this.#wake.clear()
      for (const wake of waiting) wake()
    })
    return reading
  }

  #leave(reading: Reading): void {
    this.#readings.delete(reading)
    if (this.#readings.size > 0) return
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

function matches(event: ServedEvent, { source, type, keep }: FeedFilter): boolean {
  if (source !== undefined && source !== event.source) return false
  if (type !== undefined && type !== event.type) return false
  return keep === undefined || keep(event)
}
