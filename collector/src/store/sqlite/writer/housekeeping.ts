import type { StoredSignal } from '../../store.ts'
import { SIGNALS } from '../schema.ts'
import type { CatalogSweep } from './catalog-sweep.ts'
import type { EventCounter } from './event-counter.ts'
import { Leisure } from './leisure.ts'
import type { LogIndexer } from './log-indexer.ts'
import type { Parts } from './parts.ts'
import type { Retention } from './retention.ts'
import type { SpanBlocks } from './span-blocks.ts'
import type { SpanCounter } from './span-counter.ts'

/** Whether there is more of what can wait: at once, or when there is time for it. */
export type Tended = 'more' | 'later' | 'nothing'

interface Rooms {
  parts: Record<StoredSignal, Parts>
  /** Who seals the open part of a signal. */
  writers: Record<StoredSignal, { roll(now: number): void }>
  retention: Retention
  sweep: CatalogSweep
  logs: LogIndexer
  events: EventCounter
  spans: SpanCounter
  blocks: SpanBlocks
  /** A part was sealed. */
  sealed(signal: StoredSignal, now: number): void
}

/** What a store does for itself: seals full parts, gives up old ones, and in quiet moments sweeps, indexes and counts. */
export class Housekeeping {
  readonly #leisure = new Leisure(performance.now())
  readonly #rooms: Rooms

  constructor(rooms: Rooms) {
    this.#rooms = rooms
    rooms.sweep.begin()
  }

  /** @returns the parts that are gone, as `signal/id`. */
  tidy(now: number): string[] {
    this.#rollWhereDue(now)
    return this.#retain(now)
  }

  /** The same, where a part is full or nobody has looked for long. */
  tidyWhereDue(now: number): string[] {
    const sealed = this.#rollWhereDue(now)
    return sealed || this.#rooms.retention.isDue(now) ? this.#retain(now) : []
  }

  /** Notes a commit that ends now. @returns the seconds that it took. */
  worked(startedMs: number): number {
    const now = performance.now()
    this.#leisure.worked(startedMs, now)
    return (now - startedMs) / 1000
  }

  /** Does a few milliseconds of work that nobody waits for. */
  tend(): Tended {
    try {
      const { sweep, logs, events, spans, blocks } = this.#rooms
      if (sweep.step() || logs.step()) return 'more'
      if (!events.isBehind && !spans.isBehind && !blocks.isBehind) return 'nothing'
      if (!this.#leisure.take(performance.now())) return 'later'
      return events.step() || spans.step() || blocks.step() ? 'more' : 'nothing'
    } catch {
      // A full disk: it goes on when there is room again.
      return 'nothing'
    }
  }

  #retain(now: number): string[] {
    try {
      const dropped = this.#rooms.retention.apply(now)
      if (dropped.length > 0) this.#rooms.sweep.begin()
      return dropped
    } catch {
      // The catalog could not be written: nothing is given up until it can.
      return []
    }
  }

  /** @returns whether any part was sealed. */
  #rollWhereDue(now: number): boolean {
    const { parts, writers, sealed } = this.#rooms
    let any = false
    for (const signal of SIGNALS) {
      if (!parts[signal].isFull(now)) continue
      try {
        writers[signal].roll(now)
        sealed(signal, now)
        any = true
      } catch {
        // A full disk: the part goes on growing and is sealed when there is room again.
      }
    }
    return any
  }
}
