/** Of the time, for commits: beyond it what can wait does. */
const SHARE = 0.5
/** Milliseconds of work that are remembered. */
const MOST_MS = 200
/** However busy it is, a look may be had so often; milliseconds. */
const SELDOM_MS = 250

/** Tells whether the thread that commits has time for what can wait. Times are milliseconds of a clock that never jumps. */
export class Leisure {
  #owed = 0
  #at: number
  #had: number

  constructor(now: number) {
    this.#at = now
    this.#had = now
  }

  /** Notes a commit that began and ended then. */
  worked(from: number, to: number): void {
    this.#pass(from)
    this.#owed = Math.min(MOST_MS, this.#owed + (to - from) * (1 - SHARE))
    this.#at = to
  }

  /** Whether there is time for a look, which is then had. */
  take(now: number): boolean {
    this.#pass(now)
    if (this.#owed > 0 && now - this.#had < SELDOM_MS) return false
    this.#had = now
    return true
  }

  #pass(now: number): void {
    this.#owed = Math.max(0, this.#owed - Math.max(0, now - this.#at) * SHARE)
    this.#at = now
  }
}
