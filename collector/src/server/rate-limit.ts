import { HttpError, retryAfter } from './errors.ts'

/** So many items in so many milliseconds, of which `burst` may come at once. */
export interface Rate {
  readonly items: number
  readonly windowMs: number
  readonly burst: number
}

/** Senders that are remembered one by one. */
const MAX_SENDERS = 10_000

/**
 * How much each sender may bring in, by token and source. A burst may come at once; what is beyond is owed, and
 * until that is made up for the sender is refused. It is counted when it is known, after the body was taken.
 */
export class RateLimit {
  readonly #rate: Rate
  readonly #itemMs: number
  readonly #burstMs: number
  readonly #now: () => number
  readonly #maxSenders: number
  /** Until when what each brought in lasts at the rate; the least recent first. */
  readonly #until = new Map<string, number>()

  /** @param now milliseconds of a monotonic clock */
  constructor(rate: Rate, now: () => number = () => performance.now(), maxSenders: number = MAX_SENDERS) {
    this.#rate = rate
    this.#itemMs = rate.windowMs / rate.items
    this.#burstMs = rate.burst * this.#itemMs
    this.#now = now
    this.#maxSenders = maxSenders
  }

  /**
   * Begins a request, which counts as one item.
   *
   * @returns what to call with the number of items that the request had
   * @throws {HttpError} 429 when the sender has brought in too much
   */
  begin(token: string, sender: string): (items: number) => void {
    const name = this.#nameOf(token, sender)
    const now = this.#now()
    const waitMs = (this.#until.get(name) ?? now) - now - this.#burstMs + this.#itemMs
    if (waitMs > 0) throw this.#refusal(sender, waitMs)
    this.#spend(name, 1)
    return (items) => this.#spend(name, items - 1)
  }

  #spend(name: string, items: number): void {
    if (items <= 0) return
    const until = Math.max(this.#until.get(name) ?? 0, this.#now()) + items * this.#itemMs
    this.#until.delete(name)
    this.#until.set(name, until)
  }

  /**
   * Who owes nothing can be forgotten. While there is nobody of that kind, newcomers of one token share one account: to
   * send under many names brings nothing.
   */
  #nameOf(token: string, sender: string): string {
    const name = `${token}\n${sender}`
    if (this.#until.has(name) || this.#until.size < this.#maxSenders) return name
    const [oldest, until] = this.#until.entries().next().value!
    if (until > this.#now()) return token
    this.#until.delete(oldest)
    return name
  }

  #refusal(sender: string, waitMs: number): HttpError {
    const { items, windowMs, burst } = this.#rate
    const window = windowMs / 1000
    const atOnce = burst === items ? '' : `, of which ${burst} may come at once`
    return new HttpError(
      'too_many_requests',
      `the ${sender.slice(0, 120)} has sent more than ${items} items in ${window} s${atOnce}; send slower`,
      {
        headers: {
          ...retryAfter(),
          'ratelimit-policy': `"items";q=${items};w=${window}`,
          ratelimit: `"items";r=0;t=${Math.ceil(waitMs / 1000)}`,
        },
      },
    )
  }
}
