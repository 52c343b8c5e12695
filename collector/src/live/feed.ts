import { setImmediate as soon } from 'node:timers/promises'
import type { EventFilter, EventPage, ServedEvent } from '../store/events.ts'
import type { Store } from '../store/store.ts'
import { matcherOf } from './filter.ts'
import { LiveRing } from './ring.ts'
import { Turns } from './turns.ts'

const RING_MAX_BYTES = 8 * 1024 * 1024
/** What a reader may hold at once, and what a slow one makes wait in memory. */
const STEP_MAX_BYTES = 64 * 1024
const PAGE = 200
/** Milliseconds that the store may search for one reader before it is the next one's turn. */
const SCAN_MS = 250

/** How somebody reads the feed. */
export type ReaderKind = 'stream' | 'websocket'

/** Somebody who reads the feed now. */
export interface FeedReader {
  /** Its kind and number, such as `stream-3`. */
  name: string
  filter: EventFilter
  /** Events that it has taken. */
  sent: number
  /** Events that are there for it and it has not taken; of one that is far behind, those that are still in memory. */
  waiting: number
}

interface Reading extends Omit<FeedReader, 'waiting'> {
  kind: ReaderKind
  matches: (event: ServedEvent) => boolean
  /** Cursor up to which it has taken what there was. */
  position: string
}

/** Where a reader of the feed begins: after a cursor, at a time (milliseconds since the epoch), or now. */
export type FeedStart = { cursor: string } | { since: number } | 'now'

/** The next events, if any, and the cursor up to which the reader then has everything: where it can go on later. */
export interface FeedStep {
  events: ServedEvent[]
  position: string
}

/** The committed events as a sequence that begins anywhere and goes on live, without a gap or a repeat. */
export class LiveFeed {
  readonly #store: () => Store
  readonly #ring = new LiveRing(RING_MAX_BYTES)
  readonly #wake = new Set<() => void>()
  readonly #readings = new Set<Reading>()
  /** Who is behind reads from the store in turn, so that many cannot keep its threads from everybody else. */
  readonly #turns = new Turns()
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

  /** How many readers of one kind there are. */
  count(kind: ReaderKind): number {
    return [...this.#readings].filter((reading) => reading.kind === kind).length
  }

  /** Who reads, in the order in which they came. */
  list(): FeedReader[] {
    return [...this.#readings].map(({ name, filter, sent, position, matches }) => {
      return { name, filter, sent, waiting: this.#ring.count(position, matches) }
    })
  }

  /**
   * Yields small groups of events until `signal` aborts, reading from the store as long as it is behind and from memory
   * once it has caught up. Nothing is fetched before the consumer asks, so a slow one holds one group at most.
   */
  async *read(
    start: FeedStart,
    filter: EventFilter,
    signal: AbortSignal,
    kind: ReaderKind = 'stream',
  ): AsyncGenerator<FeedStep, void> {
    const reading = this.#enter(kind, filter)
    try {
      reading.position = start === 'now' ? this.#store().watermark() : 'cursor' in start ? start.cursor : ''
      const since = typeof start === 'object' && 'since' in start ? start.since : undefined
      if (reading.position !== '') yield { events: [], position: reading.position }
      while (!signal.aborted) {
        const seen = this.#commits
        const step = this.#near(reading) ?? (await this.#far(reading, since, signal))
        if (step) {
          yield step
          reading.position = step.position
          reading.sent += step.events.length
          // Others have their turn, also while the filter leaves everything out.
          await soon()
        } else await this.#commitAfter(seen, signal)
      }
    } finally {
      this.#leave(reading)
    }
  }

  /** What follows in memory; undefined when there is nothing new, or it does not reach back that far. */
  #near({ position, matches }: Reading): FeedStep | undefined {
    if (position === '') return undefined
    const events = this.#ring.next(position, STEP_MAX_BYTES)
    const last = events?.at(-1)
    return last && { events: events!.filter(matches), position: last.cursor }
  }

  /** What follows in the store; undefined when there is nothing new. */
  async #far(
    { position, filter }: Reading,
    since: number | undefined,
    signal: AbortSignal,
  ): Promise<FeedStep | undefined> {
    if (position !== '' && position >= this.#store().watermark()) return undefined
    const page = await this.#turns.take(async (): Promise<EventPage | undefined> => {
      if (signal.aborted) return undefined
      return this.#store().events({
        ...filter,
        ...(position === '' ? { since } : { cursor: position }),
        limit: PAGE,
        maxBytes: STEP_MAX_BYTES,
        scanMs: SCAN_MS,
        order: 'asc',
      })
    })
    return page && page.next !== null ? { events: page.events, position: page.next } : undefined
  }

  #enter(kind: ReaderKind, filter: EventFilter): Reading {
    const name = `${kind}-${++this.#opened}`
    const reading = { kind, name, filter, matches: matcherOf(filter), sent: 0, position: '' }
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
