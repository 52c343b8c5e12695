/**
 * The time as retention believes it: it follows the clock, but forward only so many times as fast as time really
 * passes. A clock that jumps ahead by a year must not make a year of data old at once.
 */
export class SteadyTime {
  #ms: number | undefined
  #at: number
  readonly #pace: number
  readonly #elapsed: () => number

  /**
   * @param ms where it stood before; undefined for a new store.
   * @param elapsed milliseconds of a clock that never jumps.
   */
  constructor(ms: number | undefined, pace: number, elapsed: () => number = () => performance.now()) {
    this.#ms = ms
    this.#pace = pace
    this.#elapsed = elapsed
    this.#at = elapsed()
  }

  /** Milliseconds since the epoch. */
  read(now: number): number {
    const at = this.#elapsed()
    const furthest = this.#ms === undefined ? now : this.#ms + (at - this.#at) * this.#pace
    this.#at = at
    this.#ms = Number.isNaN(furthest) ? now : Math.min(now, furthest)
    return this.#ms
  }
}
