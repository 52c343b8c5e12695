import type { Queued } from '../client/queue.ts'
import type { Priority } from '../wire/event.ts'
import { type Page, RECORD_BYTES } from './page.ts'

/**
 * Records of one priority that lie one after the other in a page: what waits to be sent, without an object for each.
 *
 * The queue lets a run grow by the record that follows it, and divides it where a batch ends.
 */
export abstract class Run implements Queued {
  readonly priority: Priority
  readonly page: Page
  /** Its first record in the page. */
  readonly from: number
  /** The one after its last. */
  #to: number
  #released = false

  constructor(priority: Priority, page: Page, from: number, to: number) {
    this.priority = priority
    this.page = page
    this.from = from
    this.#to = to
    page.runs++
  }

  /** A run of the same kind over other records of the page. */
  protected abstract over(from: number, to: number): this

  get to(): number {
    return this.#to
  }

  get items(): number {
    return this.#to - this.from
  }

  get bytes(): number {
    return this.#bytesOf(this.items)
  }

  /** Position of the first record in the instance's sequence. */
  get seq(): number {
    return this.page.seqs[this.from]!
  }

  /** Grows by `next` where that follows it directly, and then stands for it. */
  join(next: Queued): boolean {
    if (!(next instanceof Run) || next.page !== this.page || next.from !== this.#to) return false
    this.#to = next.#to
    next.release()
    return true
  }

  /** How many of its first records are no more than `maxItems`, and `maxBytes` together. */
  fitting(maxItems: number, maxBytes: number): number {
    let count = Math.min(this.items, maxItems)
    while (count > 0 && this.#bytesOf(count) > maxBytes) count--
    return count
  }

  /** Its first `count` records, and the rest. It stays what it is. */
  split(count: number): [this, this] {
    const middle = this.from + count
    return [this.over(this.from, middle), this.over(middle, this.#to)]
  }

  /** Each record as a run of its own. */
  *each(): Generator<this> {
    for (let at = this.from; at < this.#to; at++) yield this.over(at, at + 1)
  }

  /** Nobody will read it again: the page may be written anew. */
  release(): void {
    if (this.#released) return
    this.#released = true
    this.page.release()
  }

  #bytesOf(count: number): number {
    return this.page.endOf(this.from + count) - this.page.endOf(this.from) + count * RECORD_BYTES
  }
}
