/** From and to, both included. */
export type Range = [number, number]

/** Ranges kept of one instance; a client that loses nothing needs one. */
export const MAX_RANGES = 256

/**
 * A set of sequence numbers as sorted ranges, bounded in size: over the bound the two lowest ranges become one, and the
 * set says that it is no longer exact.
 */
export class SeqRanges {
  #ranges: Range[]
  exact: boolean

  constructor(ranges: Range[] = [], exact = true) {
    this.#ranges = ranges
    this.exact = exact
  }

  get size(): number {
    return this.#ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  }

  has(seq: number): boolean {
    const at = this.#before(seq)
    return at >= 0 && seq <= this.#ranges[at]![1]
  }

  /** @returns false when it was there already. */
  add(seq: number): boolean {
    const at = this.#before(seq)
    const left = this.#ranges[at]
    if (left && seq <= left[1]) return false
    const right = this.#ranges[at + 1]
    const touchesLeft = left !== undefined && left[1] === seq - 1
    const touchesRight = right !== undefined && right[0] === seq + 1
    if (touchesLeft && touchesRight) this.#ranges.splice(at, 2, [left[0], right[1]])
    else if (touchesLeft) left[1] = seq
    else if (touchesRight) right[0] = seq
    else this.#ranges.splice(at + 1, 0, [seq, seq])
    if (this.#ranges.length > MAX_RANGES) {
      this.#ranges.splice(0, 2, [this.#ranges[0]![0], this.#ranges[1]![1]])
      this.exact = false
    }
    return true
  }

  /** Takes out all numbers up to `seq`. @returns how many there were. */
  takeUpTo(seq: number): number {
    const at = this.#before(seq)
    if (at < 0) return 0
    const taken = new SeqRanges(this.#ranges.splice(0, at + 1))
    const last = taken.#ranges.at(-1)!
    if (last[1] > seq) {
      this.#ranges.unshift([seq + 1, last[1]])
      last[1] = seq
    }
    return taken.size
  }

  toJSON(): Range[] {
    return this.#ranges
  }

  /** The last range that begins at or before `seq`; -1 for none. Nearly always the last one, so the search goes backwards. */
  #before(seq: number): number {
    return this.#ranges.findLastIndex(([from]) => from <= seq)
  }
}
