const SLOTS = 2 ** 15
/** So that a place is found in a few steps. */
const MOST = SLOTS / 2

/** Different numbers of 32 bits, none of them 0, gathered again and again in the same memory; up to 16,384 are told apart. */
export class HashSet {
  readonly #slots = new Uint32Array(SLOTS)
  readonly #taken = new Uint32Array(MOST)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** @returns false where it is full. */
  add(value: number): boolean {
    let at = value & (SLOTS - 1)
    while (this.#slots[at] !== 0) {
      if (this.#slots[at] === value) return true
      at = (at + 1) & (SLOTS - 1)
    }
    if (this.#size === MOST) return false
    this.#slots[at] = value
    this.#taken[this.#size++] = value
    return true
  }

  [Symbol.iterator](): Iterator<number> {
    return this.#taken.subarray(0, this.#size).values()
  }

  clear(): void {
    this.#slots.fill(0)
    this.#size = 0
  }
}
