import { AsyncLocalStorage } from 'node:async_hooks'
import type { Logger } from '../logger.ts'
import { backoff } from './backoff.ts'
import { Tally } from './losses.ts'
import { BoundedQueue, type Queued } from './queue.ts'

/** What one attempt to deliver a batch came to. */
export type Verdict =
  | { kind: 'delivered'; rejected: number; reason?: string }
  /** Nothing is wrong with the batch: try again, not before `afterMs` if given. `reached` tells a live receiver. */
  | { kind: 'retry'; reached: boolean; afterMs?: number | undefined; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'too_large' }
  /** The receiver does not take this kind of thing at all. */
  | { kind: 'unwanted' }

export interface DeliveryOptions<T extends Queued> {
  /** In our own log lines: "hub events". */
  name: string
  queueMaxBytes: number
  batchSize: number
  batchMaxBytes: number
  batchTimeoutMs: number
  maxRetries: number
  post(batch: readonly T[], signal: AbortSignal): Promise<Verdict>
  logger: Logger
}

/** Requests under way at once when more than a batch waits. */
const MAX_IN_FLIGHT = 4

/**
 * Takes items at once and sends them later, in batches by count, bytes and time.
 *
 * While the receiver is away the items stay in the queue, whose limit of bytes decides what is lost.
 */
export class Delivery<T extends Queued> {
  readonly tally: Tally = new Tally()
  readonly #options: DeliveryOptions<T>
  readonly #queue: BoundedQueue<T>
  readonly #abort = new AbortController()
  /** Leaves the context of the request that happened to fill the batch. */
  readonly #detached = AsyncLocalStorage.snapshot()
  readonly #pauses = new Set<() => void>()
  readonly #sending = new Set<readonly T[]>()
  #timer: NodeJS.Timeout | undefined
  #immediate = false
  #failures = 0
  #closed = false
  #unwanted = false
  #idle: (() => void)[] = []

  constructor(options: DeliveryOptions<T>) {
    this.#options = options
    this.#queue = new BoundedQueue(options.queueMaxBytes, (count) => this.tally.drop('queue_full', count))
  }

  get queued(): number {
    let sending = 0
    for (const batch of this.#sending) sending += batch.length
    return this.#queue.size + sending
  }

  get queuedBytes(): number {
    return this.#queue.bytes
  }

  /** Whether the last attempt failed. */
  get failing(): boolean {
    return this.#failures > 0
  }

  /** Queues `item`; false when it was lost at once. Never waits, never throws. */
  offer(item: T): boolean {
    if (this.#unwanted) return false
    this.tally.accepted++
    if (this.#closed) {
      this.tally.drop('expired', 1)
      return false
    }
    const kept = this.#queue.push(item)
    if (this.#queue.size >= this.#options.batchSize) this.#sendSoon(0)
    else this.#sendSoon(this.#options.batchTimeoutMs)
    return kept
  }

  /** Sends what waits; resolves when the queue is empty, when the receiver fails, or after `deadlineMs`. */
  async flush(deadlineMs: number): Promise<void> {
    if (this.#nothingLeft()) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs)
      this.#idle.push(() => {
        clearTimeout(timer)
        resolve()
      })
      for (const wake of this.#pauses) wake()
      this.#sendNow()
    })
  }

  /** Flushes within `deadlineMs`, then counts what is left as expired; safe to call again. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    await this.flush(deadlineMs)
    this.#closed = true
    clearTimeout(this.#timer)
    this.#abort.abort()
    for (const wake of this.#pauses) wake()
    this.tally.drop('expired', this.#queue.take(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).length)
    if (this.#sending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /** Everything that has not arrived for certain; for a process that cannot wait. Nothing is sent any more. */
  drain(): T[] {
    this.#closed = true
    const sending = [...this.#sending].flat()
    return [...sending, ...this.#queue.take(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)]
  }

  #sendSoon(delayMs: number): void {
    if (delayMs === 0 && this.#failures === 0) return this.#sendNow()
    if (this.#timer || this.#closed) return
    const wait = this.#failures === 0 ? delayMs : backoff(this.#failures)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#detached(() => this.#pump())
    }, wait).unref()
  }

  #sendNow(): void {
    if (this.#immediate || this.#closed) return
    this.#immediate = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    setImmediate(() => {
      this.#immediate = false
      this.#detached(() => this.#pump())
    })
  }

  #pump(): void {
    const limit = this.#failures > 0 ? 1 : MAX_IN_FLIGHT
    while (this.#sending.size < limit && this.#queue.size > 0 && !this.#closed) {
      const batch = this.#queue.take(this.#options.batchSize, this.#options.batchMaxBytes)
      this.#sending.add(batch)
      void this.#deliver(batch).finally(() => {
        this.#sending.delete(batch)
        this.#afterBatch()
      })
    }
  }

  #afterBatch(): void {
    if (this.#nothingLeft() || this.#failures > 0) for (const done of this.#idle.splice(0)) done()
    if (this.#queue.size === 0) return
    const more = this.#queue.size >= this.#options.batchSize || this.#idle.length > 0
    this.#sendSoon(more ? 0 : this.#options.batchTimeoutMs)
  }

  #nothingLeft(): boolean {
    return this.#queue.size === 0 && this.#sending.size === 0
  }

  async #deliver(batch: readonly T[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const verdict = await this.#attempt(batch)
      if (verdict.kind === 'delivered') return this.#delivered(batch.length, verdict)
      if (verdict.kind === 'refused') return this.#refused(batch.length, verdict.reason)
      if (verdict.kind === 'too_large') return this.#split(batch)
      if (verdict.kind === 'unwanted') return this.#turnAway()
      this.#failed(verdict.reason)
      const spent = attempt > this.#options.maxRetries || this.#idle.length > 0
      if (this.#closed) return this.tally.drop('expired', batch.length)
      if (spent) return this.#queue.restore(batch)
      await this.#pause(verdict.afterMs ?? backoff(attempt))
    }
  }

  async #attempt(batch: readonly T[]): Promise<Verdict> {
    try {
      return await this.#options.post(batch, this.#abort.signal)
    } catch (error) {
      return { kind: 'retry', reached: false, reason: error instanceof Error ? error.message : String(error) }
    }
  }

  async #split(batch: readonly T[]): Promise<void> {
    if (batch.length === 1) return this.tally.drop('too_large', 1)
    const middle = batch.length >> 1
    await this.#deliver(batch.slice(0, middle))
    await this.#deliver(batch.slice(middle))
  }

  #delivered(count: number, { rejected, reason }: { rejected: number; reason?: string }): void {
    if (this.#failures > 0)
      this.#options.logger.warn(`[HUB] ${this.#options.name} are being delivered again.`)
    this.#failures = 0
    this.tally.delivered += count - rejected
    if (rejected > 0) this.#refused(rejected, reason ?? 'no reason given')
  }

  #failed(reason: string): void {
    if (this.#failures++ === 0) {
      this.#options.logger.warn(
        `[HUB] ${this.#options.name} are not delivered: ${reason}; they wait in memory.`,
      )
    } else this.#options.logger.debug(`[HUB] ${this.#options.name}: ${reason}`)
  }

  #refused(count: number, reason: string): void {
    this.tally.drop('rejected', count)
    this.#options.logger.warn(`[HUB] ${count} ${this.#options.name} were refused: ${reason}`)
  }

  #turnAway(): void {
    this.#unwanted = true
    this.#queue.take(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    this.tally.accepted = this.tally.delivered
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
