import { PRIORITIES, type Priority } from '../wire/event.ts'

/** Something that waits to be sent. */
export interface Queued {
  readonly priority: Priority
  /** What it costs in memory, about; counted against the queue's limit. */
  readonly bytes: number
  /** How many things it stands for; one when absent. */
  readonly items?: number
}

/** How many things a batch stands for. */
export function countOf(batch: readonly Queued[]): number {
  let count = 0
  for (const { items = 1 } of batch) count += items
  return count
}

/** First in, first out, without moving the rest on every shift. */
class Lane<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  push(item: T): void {
    this.#items.push(item)
  }

  unshift(items: readonly T[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)]
    this.#head = 0
  }

  peek(): T | undefined {
    return this.#items[this.#head]
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined
    const item = this.#items[this.#head]
    this.#items[this.#head++] = undefined
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

/**
 * A queue bounded in bytes, with one lane for each priority.
 *
 * Batches are taken from the highest priority down; under pressure the lowest priority's oldest goes first.
 */
export class BoundedQueue<T extends Queued> {
  readonly #lanes = PRIORITIES.map(() => new Lane<T>())
  readonly #maxBytes: number
  readonly #onLoss: (count: number) => void
  #bytes = 0
  #size = 0

  /** `onLoss` hears of every item that had to go, the one just pushed included. */
  constructor(maxBytes: number, onLoss: (count: number) => void) {
    this.#maxBytes = maxBytes
    this.#onLoss = onLoss
  }

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Adds `item`, evicting what is not above it; false when it did not fit even so. */
  push(item: T): boolean {
    const rank = PRIORITIES.indexOf(item.priority)
    // Nothing goes for what would not fit in an empty queue.
    while (this.#bytes + item.bytes > this.#maxBytes) {
      if (item.bytes <= this.#maxBytes && this.#evict(rank)) continue
      this.#onLoss(1)
      return false
    }
    this.#lanes[rank]!.push(item)
    this.#count(item, 1)
    return true
  }

  /** Takes up to `maxItems` and about `maxBytes`, at least one when there is one. */
  take(maxItems: number, maxBytes: number): T[] {
    const batch: T[] = []
    let bytes = 0
    for (let rank = this.#lanes.length - 1; rank >= 0; rank--) {
      const lane = this.#lanes[rank]!
      while (batch.length < maxItems) {
        const next = lane.peek()
        if (next === undefined || (batch.length > 0 && bytes + next.bytes > maxBytes)) break
        lane.shift()
        this.#count(next, -1)
        bytes += next.bytes
        batch.push(next)
      }
    }
    return batch
  }

  /** Puts a batch back at the front of its lanes. */
  restore(batch: readonly T[]): void {
    for (const [rank, priority] of PRIORITIES.entries()) {
      const items = batch.filter((item) => item.priority === priority)
      if (items.length === 0) continue
      this.#lanes[rank]!.unshift(items)
      for (const item of items) this.#count(item, 1)
    }
    while (this.#bytes > this.#maxBytes && this.#evict(PRIORITIES.length - 1));
  }

  #evict(highestRank: number): boolean {
    for (let rank = 0; rank <= highestRank; rank++) {
      const oldest = this.#lanes[rank]!.shift()
      if (oldest === undefined) continue
      this.#count(oldest, -1)
      this.#onLoss(1)
      return true
    }
    return false
  }

  #count(item: T, sign: 1 | -1): void {
    this.#size += sign
    this.#bytes += sign * item.bytes
  }
}
