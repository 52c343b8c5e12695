import { LIMITS } from '../config/limits.ts'
import { HttpError, retryAfter } from './errors.ts'

const MAX_FAILED = LIMITS.signIns.value
const WINDOW_MS = 60_000
/** Addresses that are remembered. */
const MAX_ADDRESSES = 1000

interface Failures {
  count: number
  /** Milliseconds since the epoch. */
  since: number
}

/** Counts failed sign-ins of each address, so that nobody can try many. */
export class Attempts {
  readonly #clock: () => number
  readonly #failed = new Map<string, Failures>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** @throws {HttpError} 429, whether what is tried would be right or not */
  check(address: string): void {
    const { count } = this.#recent(address)
    if (count < MAX_FAILED) return
    throw new HttpError(
      'too_many_requests',
      `${count} sign-ins from here failed within a minute; try again in one`,
      {
        headers: retryAfter(),
      },
    )
  }

  failed(address: string): void {
    const { count, since } = this.#recent(address)
    this.#failed.delete(address)
    this.#failed.set(address, { count: count + 1, since })
    const oldest = this.#failed.keys().next().value
    if (this.#failed.size > MAX_ADDRESSES && oldest !== undefined) this.#failed.delete(oldest)
  }

  #recent(address: string): Failures {
    const now = this.#clock()
    const known = this.#failed.get(address)
    return known && Math.abs(now - known.since) < WINDOW_MS ? known : { count: 0, since: now }
  }
}
