import type { StoredSignal } from '../../store.ts'
import { SIGNALS } from '../schema.ts'
import type { CatalogSweep } from './catalog-sweep.ts'
import type { EventCounter } from './event-counter.ts'
import type { LogIndexer } from './log-indexer.ts'
import type { Parts } from './parts.ts'
import type { Retention } from './retention.ts'
import type { SpanCounter } from './span-counter.ts'

interface Rooms {
  parts: Record<StoredSignal, Parts>
  /** Who seals the open part of a signal. */
  writers: Record<StoredSignal, { roll(now: number): void }>
  retention: Retention
  sweep: CatalogSweep
  logs: LogIndexer
  events: EventCounter
  spans: SpanCounter
  /** A part was sealed. */
  sealed(signal: StoredSignal, now: number): void
}

/** What a store does for itself: seals full parts, gives up old ones, and in quiet moments sweeps, indexes and counts. */
export class Housekeeping {
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

  /** Does a few milliseconds of work that nobody waits for. @returns whether there is more of it. */
  tend(): boolean {
    try {
      const { sweep, logs, events, spans } = this.#rooms
      return sweep.step() || logs.step() || events.step() || spans.step()
    } catch {
      // A full disk: it goes on when there is room again.
      return false
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
