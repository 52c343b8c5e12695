import type { ServedEvent } from '../store/events.ts'
import type { Commit } from '../store/store.ts'

/** The newest committed events, in memory and bounded in bytes, for streams that keep up. */
export class LiveRing {
  #events: ServedEvent[] = []
  #bytes = 0
  /** Cursor before the first event held; undefined while nothing is known. */
  #after: string | undefined
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add({ events, after }: Commit): void {
    if (after === null) {
      // The writer was not asked to send this group's events along: what follows would have a gap before it.
      this.clear()
      return
    }
    this.#after ??= after
    for (const event of events) {
      this.#events.push(event)
      this.#bytes += event.json.length
    }
    let drop = 0
    while (this.#bytes > this.#maxBytes) this.#bytes -= this.#events[drop++]!.json.length
    if (drop === 0) return
    this.#after = this.#events[drop - 1]!.cursor
    this.#events = this.#events.slice(drop)
  }

  /**
   * The next events after a cursor, at most `maxBytes` of them (and at least one).
   *
   * @returns undefined when the ring does not reach back that far.
   */
  next(cursor: string, maxBytes: number): ServedEvent[] | undefined {
    if (this.#after === undefined || cursor < this.#after) return undefined
    const first = this.#firstAfter(cursor)
    let bytes = 0
    let end = first
    while (end < this.#events.length && (end === first || bytes < maxBytes))
      bytes += this.#events[end++]!.json.length
    return this.#events.slice(first, end)
  }

  /** How many events after a cursor are such; of a cursor before the ring, how many in it. */
  count(cursor: string, such: (event: ServedEvent) => boolean): number {
    let count = 0
    for (let at = this.#firstAfter(cursor); at < this.#events.length; at++)
      if (such(this.#events[at]!)) count++
    return count
  }

  /** Forgets all; there would be a gap after a time without a watcher. */
  clear(): void {
    this.#events = []
    this.#bytes = 0
    this.#after = undefined
  }

  #firstAfter(cursor: string): number {
    let [low, high] = [0, this.#events.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#events[middle]!.cursor > cursor) high = middle
      else low = middle + 1
    }
    return low
  }
}
