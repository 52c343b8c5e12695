import { AsyncLocalStorage } from 'node:async_hooks'
import { Tally } from './losses.ts'
import { BoundedQueue, countOf, type Queued } from './queue.ts'
import { Sender, type SenderOptions } from './sender.ts'

export interface DeliveryOptions<T extends Queued> extends Omit<SenderOptions<T>, 'waits'> {
  queueMaxBytes: number
  batchSize: number
  batchMaxBytes: number
  batchTimeoutMs: number
}

/** Requests under way at once when more than a batch waits. */
const MAX_IN_FLIGHT = 4

const ALL = Number.MAX_SAFE_INTEGER

/**
 * Takes items at once and sends them later, in batches by count, bytes and time.
 *
 * While the receiver is away the items stay in the queue, whose limit of bytes decides what is lost.
 */
export class Delivery<T extends Queued> {
  readonly tally: Tally = new Tally()
  readonly sender: Sender<T>
  readonly #options: DeliveryOptions<T>
  readonly #queue: BoundedQueue<T>
  /** Leaves the context of the request that happened to fill the batch. */
  readonly #detached = AsyncLocalStorage.snapshot()
  readonly #sending = new Set<readonly T[]>()
  #timer: NodeJS.Timeout | undefined
  #immediate = false
  #closed = false
  #idle: (() => void)[] = []

  constructor(options: DeliveryOptions<T>) {
    this.#options = options
    this.sender = new Sender({ ...options, waits: 'in memory' })
    this.#queue = new BoundedQueue(options.queueMaxBytes, (count) => this.tally.drop('queue_full', count))
  }

  get queued(): number {
    let sending = 0
    for (const batch of this.#sending) sending += countOf(batch)
    return this.#queue.size + sending
  }

  get queuedBytes(): number {
    return this.#queue.bytes
  }

  /** Whether the last attempt failed. */
  get failing(): boolean {
    return this.sender.failures > 0
  }

  /** Queues `item`; false when it was lost at once. Never waits, never throws. */
  offer(item: T): boolean {
    if (this.sender.unwanted) return false
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
  async flush(deadlineMs: number, noLater = false): Promise<void> {
    if (this.#nothingLeft()) return
    this.sender.breaker.hasten(noLater)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs)
      this.#idle.push(() => {
        clearTimeout(timer)
        resolve()
      })
      this.sender.hurried = true
      this.sender.wake()
      this.#sendNow()
    })
  }

  /** Flushes within `deadlineMs`, then counts what is left as expired; safe to call again. */
  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return
    await this.flush(deadlineMs, true)
    this.#closed = true
    clearTimeout(this.#timer)
    this.sender.stop()
    this.tally.drop('expired', countOf(this.#queue.take(ALL, ALL)))
    if (this.#sending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /** Everything that has not arrived for certain; for a process that cannot wait. Nothing is sent any more. */
  drain(): T[] {
    this.#closed = true
    const sending = [...this.#sending].flat()
    return [...sending, ...this.#queue.take(ALL, ALL)]
  }

  #sendSoon(delayMs: number): void {
    if (delayMs === 0 && !this.failing) return this.#sendNow()
    if (this.#timer || this.#closed) return
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#detached(() => this.#pump())
      },
      this.failing ? this.sender.waitMs : delayMs,
    ).unref()
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
    const limit = this.failing ? 1 : MAX_IN_FLIGHT
    while (this.#sending.size < limit && this.#queue.size > 0 && !this.#closed) {
      if (!this.sender.breaker.admits()) break
      const batch = this.#queue.take(this.#options.batchSize, this.#options.batchMaxBytes)
      this.#sending.add(batch)
      void this.#deliver(batch)
    }
    if (this.#sending.size === 0) this.#afterBatch()
  }

  async #deliver(batch: readonly T[]): Promise<void> {
    const left = await this.sender.deliver(batch, this.tally)
    this.#sending.delete(batch)
    if (this.sender.unwanted) this.#forget()
    else if (this.#closed) this.tally.drop('expired', countOf(left))
    else this.#queue.restore(left)
    this.#afterBatch()
  }

  #afterBatch(): void {
    if (this.#nothingLeft() || this.failing) {
      this.sender.hurried = this.#closed
      for (const done of this.#idle.splice(0)) done()
    }
    if (this.#queue.size === 0) return
    const more = this.#queue.size >= this.#options.batchSize || this.#idle.length > 0
    this.#sendSoon(more ? 0 : this.#options.batchTimeoutMs)
  }

  #nothingLeft(): boolean {
    return this.#queue.size === 0 && this.#sending.size === 0
  }

  /** What nobody wanted was never lost: it counts as never accepted. */
  #forget(): void {
    this.#queue.take(ALL, ALL)
    this.tally.accepted = this.tally.delivered + this.tally.lost
  }
}
