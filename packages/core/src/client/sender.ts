import type { Logger } from '../logger.ts'
import { backoff, spreadOut } from './backoff.ts'
import { Breaker, type BreakerOptions } from './breaker.ts'
import type { Tally } from './losses.ts'
import { countOf, halvesOf, isDivisible, type Queued } from './queue.ts'
import { Portion } from './portion.ts'
import { isAbsent, isLate } from './verdict.ts'

/** What one attempt to deliver a batch came to. */
export type Verdict =
  | { kind: 'delivered'; rejected: number; reason?: string }
  /**
   * Nothing is wrong with the batch: try again, not before `afterMs` if the receiver named a time. `absent`: nothing
   * listens there, so that asking again costs nobody anything. `late`: there was no answer in time.
   */
  | { kind: 'retry'; absent?: boolean; late?: boolean; afterMs?: number | undefined; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'too_large' }
  /** The receiver takes one at a time; nothing was sent. */
  | { kind: 'singly' }
  /** The receiver does not take this kind of thing at all. */
  | { kind: 'unwanted' }

export interface SenderOptions<T> {
  /** In our own log lines: "hub events". */
  name: string
  batchMaxBytes: number
  maxRetries: number
  breaker: BreakerOptions
  post(batch: readonly T[], signal: AbortSignal): Promise<Verdict>
  /** The order in which they are to arrive where each has a request of its own. */
  inOrder?(batch: readonly T[]): readonly T[]
  logger: Logger
  /** Where what is not delivered waits, for the log line. */
  waits: string
}

/** Brings one batch at a time to its end: delivered, counted as lost, or left over because the receiver is away. */
export class Sender<T extends Queued> {
  readonly breaker: Breaker
  readonly portion: Portion
  /** Failures since the last answer that was none. */
  failures = 0
  retries = 0
  lastError: string | undefined
  /** Milliseconds since the epoch. */
  lastSuccess: number | undefined
  /** Somebody waits for a flush: nothing is repeated for now. */
  hurried = false
  unwanted = false
  readonly #options: SenderOptions<T>
  readonly #abort = new AbortController()
  readonly #pauses = new Set<() => void>()
  /** Until when to leave a failing receiver alone, by the monotonic clock. */
  #retryAt = 0

  constructor(options: SenderOptions<T>) {
    this.#options = options
    this.breaker = new Breaker(options.breaker)
    this.portion = new Portion(options.batchMaxBytes)
  }

  /** How long to leave the receiver alone, in milliseconds. */
  get waitMs(): number {
    if (this.failures === 0) return 0
    if (this.breaker.state === 'open') return this.breaker.waitMs
    return Math.max(0, this.#retryAt - performance.now())
  }

  /** Whether a batch may go now. */
  get ready(): boolean {
    return this.waitMs === 0 && this.breaker.ready
  }

  /** For somebody who waits: ends the pauses that cost nobody anything, all of them when there is `noLater`. */
  hasten(noLater: boolean): void {
    this.hurried = true
    this.#retryAt = 0
    this.breaker.hasten(noLater)
    this.#wake()
  }

  /** Gives up what is under way. */
  stop(): void {
    this.hurried = true
    this.#abort.abort()
    this.#wake()
  }

  /** @returns what could not be brought to the receiver for now; nothing is lost in it */
  async deliver(
    batch: readonly T[],
    tally: Tally,
    maxRetries: number = this.#options.maxRetries,
  ): Promise<readonly T[]> {
    for (let attempt = 1; ; attempt++) {
      const verdict = await this.#attempt(batch)
      if (verdict.kind === 'delivered') return this.#delivered(batch, tally, verdict)
      if (verdict.kind === 'refused') return this.#refused(countOf(batch), tally, verdict.reason)
      if (verdict.kind === 'singly') return this.#halves(this.#options.inOrder?.(batch) ?? batch, tally)
      if (verdict.kind === 'too_large') return this.#tooLarge(batch, tally)
      if (verdict.kind === 'unwanted') return this.#turnedAway(batch)
      const asked = verdict.afterMs === undefined ? undefined : spreadOut(verdict.afterMs)
      this.#failed(verdict, asked)
      if (verdict.late) this.portion.late(batch)
      if (this.portion.exceededBy(batch)) return batch
      if (attempt > maxRetries || this.hurried || this.breaker.state !== 'closed') return batch
      await this.#pause(asked ?? backoff(attempt))
      if (this.breaker.state !== 'closed') return batch
      this.retries++
    }
  }

  /** Ends with stop(): not all that a post waits for hears the signal, as several may wait for the same answer. */
  #attempt(batch: readonly T[]): Promise<Verdict> {
    const { signal } = this.#abort
    return new Promise((resolve) => {
      const stop = (): void => resolve({ kind: 'retry', reason: 'the client is closing' })
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop, { once: true })
      void this.#post(batch, signal)
        .then(resolve)
        .finally(() => signal.removeEventListener('abort', stop))
    })
  }

  async #post(batch: readonly T[], signal: AbortSignal): Promise<Verdict> {
    try {
      return await this.#options.post(batch, signal)
    } catch (error) {
      const reason = error instanceof Error ? error.message || String(error) : String(error)
      return { kind: 'retry', absent: isAbsent(error), late: isLate(error), reason }
    }
  }

  async #tooLarge(batch: readonly T[], tally: Tally): Promise<readonly T[]> {
    this.#answered()
    if (isDivisible(batch)) return this.#halves(batch, tally)
    tally.drop('too_large', countOf(batch))
    return []
  }

  async #halves(batch: readonly T[], tally: Tally): Promise<readonly T[]> {
    const [first, rest] = halvesOf(batch)
    const left = await this.deliver(first, tally)
    return left.length > 0 ? [...left, ...rest] : this.deliver(rest, tally)
  }

  #delivered(
    batch: readonly T[],
    tally: Tally,
    { rejected, reason }: { rejected: number; reason?: string },
  ): readonly T[] {
    if (this.failures > 0) this.#options.logger.warn(`[HUB] ${this.#options.name} are being delivered again.`)
    this.#answered()
    this.portion.arrived()
    this.lastSuccess = Date.now()
    tally.delivered += countOf(batch) - rejected
    return rejected > 0 ? this.#refused(rejected, tally, reason ?? 'no reason given') : []
  }

  #refused(count: number, tally: Tally, reason: string): readonly T[] {
    this.#answered()
    this.lastError = reason
    tally.drop('rejected', count)
    this.#options.logger.warn(`[HUB] ${count} ${this.#options.name} were refused: ${reason}`)
    return []
  }

  #turnedAway(batch: readonly T[]): readonly T[] {
    this.unwanted = true
    return batch
  }

  #answered(): void {
    this.failures = 0
    this.breaker.succeeded()
  }

  #failed({ absent, reason }: Extract<Verdict, { kind: 'retry' }>, asked: number | undefined): void {
    const { logger, name, waits } = this.#options
    this.lastError = reason
    if (this.failures++ === 0) logger.warn(`[HUB] ${name} are not delivered: ${reason}; they wait ${waits}.`)
    else logger.debug(`[HUB] ${name}: ${reason}`)
    this.#retryAt = performance.now() + Math.max(backoff(this.failures), asked ?? 0)
    // Who names a time is alive and sets the pace: that opens no circuit, but a probe has failed by it.
    if (asked === undefined || this.breaker.state !== 'closed') this.breaker.failed(absent === true)
  }

  #wake(): void {
    for (const wake of this.#pauses) wake()
  }

  /** Ends early when a flush or close cannot wait. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer)
        this.#pauses.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms).unref()
      this.#pauses.add(wake)
    })
  }
}
