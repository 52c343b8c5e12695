import { PRIORITIES, type Priority } from '../wire/event.ts'

/** Something that waits to be sent. */
export interface Queued {
  readonly priority: Priority
  /** What it costs in memory, about; counted against the queue's limit. */
  readonly bytes: number
  /** How many things it stands for; one when absent. */
  readonly items?: number
  /** Takes in what is queued next; false when that has to stand for itself. */
  join?(next: Queued): boolean
  /** How many of its first things are no more than both; all or nothing of what cannot be divided. */
  fitting?(maxItems: number, maxBytes: number): number
  /** Its first `count` things, and the rest. */
  split?(count: number): [this, this]
  /** Nobody will read it again. */
  release?(): void
}

/** How many things a batch stands for. */
export function countOf(batch: readonly Queued[]): number {
  let count = 0
  for (const { items = 1 } of batch) count += items
  return count
}

/** Whether a batch can be made smaller. */
export function isDivisible(batch: readonly Queued[]): boolean {
  return batch.length > 1 || (batch[0]?.split !== undefined && countOf(batch) > 1)
}

/** A batch that can be divided as two, about alike by count. */
export function halvesOf<T extends Queued>(batch: readonly T[]): [first: T[], second: T[]] {
  const [first, second]: [T[], T[]] = [[], []]
  let missing = countOf(batch) >> 1
  for (const item of batch) {
    const { items = 1 } = item
    if (second.length > 0 || missing === 0) second.push(item)
    else if (items <= missing) {
      first.push(item)
      missing -= items
    } else if (item.split) {
      const [head, rest] = item.split(missing)
      first.push(head)
      second.push(rest)
    } else if (first.length === 0) {
      first.push(item)
      missing = 0
    } else second.push(item)
  }
  return [first, second]
}

/** First in, first out, without moving the rest on every shift. */
class Lane<T> {
  #items: (T | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#items.length - this.#head
  }

  get last(): T | undefined {
    return this.size > 0 ? this.#items.at(-1) : undefined
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

  /** Puts `item` in the place of the first. */
  replace(item: T): void {
    this.#items[this.#head] = item
  }

  shift(): void {
    this.#items[this.#head++] = undefined
    if (this.size === 0 || (this.#head > 1024 && this.#head * 2 > this.#items.length)) {
      this.#items.splice(0, this.#head)
      this.#head = 0
    }
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

  /** How many things wait. */
  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Adds `item`, evicting what is not above it; false when it did not fit even so. */
  push(item: T): boolean {
    const rank = PRIORITIES.indexOf(item.priority)
    const { bytes, items = 1 } = item
    // Nothing goes for what would not fit in an empty queue.
    while (this.#bytes + bytes > this.#maxBytes) {
      if (bytes <= this.#maxBytes && this.#evict(rank)) continue
      this.#onLoss(items)
      item.release?.()
      return false
    }
    const lane = this.#lanes[rank]!
    if (!lane.last?.join?.(item)) lane.push(item)
    this.#bytes += bytes
    this.#size += items
    return true
  }

  /** Takes up to `maxItems` and about `maxBytes`, at least one when there is one. */
  take(maxItems: number, maxBytes: number): T[] {
    const batch: T[] = []
    let count = 0
    let bytes = 0
    for (let rank = this.#lanes.length - 1; rank >= 0; rank--) {
      const lane = this.#lanes[rank]!
      while (count < maxItems) {
        const next = this.#first(lane, maxItems - count, maxBytes - bytes, batch.length === 0)
        if (next === undefined) break
        count += next.items ?? 1
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
      const oldest = this.#first(this.#lanes[rank]!, 1, 0, true)
      if (oldest === undefined) continue
      this.#onLoss(oldest.items ?? 1)
      oldest.release?.()
      return true
    }
    return false
  }

  /** Takes what of the first in `lane` is no more than both; `least` one thing of it. */
  #first(lane: Lane<T>, maxItems: number, maxBytes: number, least: boolean): T | undefined {
    const first = lane.peek()
    if (first === undefined) return undefined
    const { items = 1 } = first
    const all = items <= maxItems && first.bytes <= maxBytes
    const fitting = all ? items : Math.max(first.fitting?.(maxItems, maxBytes) ?? 0, least ? 1 : 0)
    if (fitting === 0) return undefined
    if (fitting >= items || !first.split) {
      lane.shift()
      this.#count(first, -1)
      return first
    }
    const [taken, rest] = first.split(fitting)
    first.release?.()
    lane.replace(rest)
    this.#count(taken, -1)
    return taken
  }

  #count(item: T, sign: 1 | -1): void {
    this.#size += sign * (item.items ?? 1)
    this.#bytes += sign * item.bytes
  }
}
