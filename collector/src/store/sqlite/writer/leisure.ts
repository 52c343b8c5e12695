/** Of the time, for commits: beyond it what can wait does. */
const SHARE = 0.5
/** Milliseconds of work that are remembered. */
const MOST_MS = 200

/** Tells whether the thread that commits has time for what can wait. Times are milliseconds of a clock that never jumps. */
export class Leisure {
  #owed = 0
  #at: number

  constructor(now: number) {
    this.#at = now
  }

  /** Notes a commit that began and ended then. */
  worked(from: number, to: number): void {
    this.#pass(from)
    this.#owed = Math.min(MOST_MS, this.#owed + (to - from) * (1 - SHARE))
    this.#at = to
  }

  has(now: number): boolean {
    this.#pass(now)
    return this.#owed === 0
  }

  #pass(now: number): void {
    this.#owed = Math.max(0, this.#owed - Math.max(0, now - this.#at) * SHARE)
    this.#at = now
  }
}
