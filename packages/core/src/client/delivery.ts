import { AsyncLocalStorage } from 'node:async_hooks'
import { Tally } from './losses.ts'
import { Overflow, type OverflowOptions } from './overflow.ts'
import { BoundedQueue, countOf, type Queued } from './queue.ts'
import { Replay } from './replay.ts'
import { Sender, type SenderOptions } from './sender.ts'

export interface DeliveryOptions<T extends Queued> extends Omit<SenderOptions<T>, 'waits'> {
  queueMaxBytes: number
  batchSize: number
  batchTimeoutMs: number
  /** Where things wait that memory should not hold. */
  spool?: OverflowOptions<T> | undefined
}

/** Requests under way at once when more than a batch waits. */
const MAX_IN_FLIGHT = 4
/** The same of a full queue: the more waits, the more of them, as what is slow to answer may well take many at once. */
const MAX_CROWDED = 64
/** From this share of the queue on, what waits goes to disk. */
const PRESSURE = 0.5

const ALL = Number.MAX_SAFE_INTEGER

/**
 * Takes items at once and sends them later, in batches by count, bytes and time.
 *
 * While the receiver is away the items wait on disk where there is a spool, else in the queue, whose limit of bytes
 * decides what is lost.
 */
export class Delivery<T extends Queued> {
  readonly tally: Tally = new Tally()
  /** What became of things that processes before this one left on disk. */
  readonly inherited: Tally = new Tally()
  readonly sender: Sender<T>
  readonly #options: DeliveryOptions<T>
  readonly #queue: BoundedQueue<T>
  readonly #overflow: Overflow<T> | undefined
  readonly #replay: Replay<T> | undefined
  /** Leaves the context of the request that happened to fill the batch. */
  readonly #detached = AsyncLocalStorage.snapshot()
  /** On their way to the receiver or to disk. */
  readonly #moving = new Set<readonly T[]>()
  #timer: NodeJS.Timeout | undefined
  /** The timer waits for the receiver, longer than what comes in may wait for the disk. */
  #patient = false
  /** All attempts for the last batch have failed. */
  #spent = false
  #immediate = false
  #spooling = false
  #closed = false
  #closing: Promise<void> | undefined
  #idle: (() => void)[] = []

  constructor(options: DeliveryOptions<T>) {
    const { spool } = options
    this.#options = options
    this.sender = new Sender({ ...options, waits: spool ? 'on disk' : 'in memory' })
    this.#queue = new BoundedQueue(options.queueMaxBytes, (count) => {
      this.tally.drop(this.#overflow?.lane.failing ? 'spool_full' : 'queue_full', count)
    })
    if (!spool) return
    const overflow = new Overflow(spool)
    this.#overflow = overflow
    this.#replay = new Replay({
      ...options,
      overflow,
      sender: this.sender,
      tallyOf: (own) => (own ? this.tally : this.inherited),
      onOutcome: (arrived) => (this.#spent = !arrived),
    })
    spool.lane.onLoss = (reason, count) => this.tally.drop(reason, count)
    spool.lane.onArrival = () => this.#sendSoon(this.#options.batchTimeoutMs)
  }

  /** Everything that is neither delivered nor lost, in memory and on disk. */
  get queued(): number {
    let moving = 0
    for (const batch of this.#moving) moving += countOf(batch)
    return this.#queue.size + moving + this.spooled
  }

  get queuedBytes(): number {
    return this.#queue.bytes
  }

  /** What of it is on disk. */
  get spooled(): number {
    return this.#overflow?.lane.own ?? 0
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
    if (this.#pressed || this.#queue.size >= this.#options.batchSize) this.#sendSoon(0)
    else this.#sendSoon(this.#options.batchTimeoutMs)
    return kept
  }

  /** Sends what waits in memory; resolves when that is done, when the receiver fails, or after `deadlineMs`. */
  async flush(deadlineMs: number, noLater = false): Promise<void> {
    if (this.#nothingLeft()) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs)
      this.#idle.push(() => {
        clearTimeout(timer)
        resolve()
      })
      this.sender.hasten(noLater)
      this.#sendNow()
    })
  }

  /** Flushes within `deadlineMs`; what is left goes to disk, or is counted as expired. Safe to call again. */
  close(deadlineMs: number): Promise<void> {
    return (this.#closing ??= this.#close(deadlineMs))
  }

  async #close(deadlineMs: number): Promise<void> {
    await this.flush(deadlineMs, !this.#overflow)
    this.#closed = true
    clearTimeout(this.#timer)
    this.sender.stop()
    this.#replay?.stop()
    while (this.#queue.size > 0) await this.#leave(this.#takeBatch(ALL))
    while (this.#moving.size > 0 || this.#replay?.running)
      await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /** Everything in memory that has not arrived for certain, once; for a process that cannot wait. Nothing is sent any more. */
  drain(): T[] {
    this.#closed = true
    this.#replay?.stop()
    const rest = [...[...this.#moving].flat(), ...this.#queue.take(ALL, ALL)]
    this.#moving.clear()
    return rest
  }

  /** Puts `batch` on disk at once; returns what undoes it, undefined when nothing was kept. */
  keep(batch: readonly T[]): (() => void) | undefined {
    return batch.length > 0 ? this.#overflow?.keepSync(batch) : undefined
  }

  /** Puts on disk, where there is a spool, everything in memory that has not arrived. Nothing is sent any more. */
  keepRest(): void {
    if (this.#overflow) this.keep(this.drain())
  }

  get #pressed(): boolean {
    return this.#spoolable && this.#queue.bytes > this.#options.queueMaxBytes * PRESSURE
  }

  /** Whether what comes in has to wait elsewhere. */
  get #away(): boolean {
    return this.#spent || this.sender.breaker.state !== 'closed'
  }

  get #mostInFlight(): number {
    if (this.failing) return 1
    const share = this.#queue.bytes / this.#options.queueMaxBytes
    return Math.max(MAX_IN_FLIGHT, Math.ceil(share * MAX_CROWDED))
  }

  get #spoolable(): boolean {
    return this.#overflow?.lane.usable === true
  }

  #sendSoon(delayMs: number): void {
    if (delayMs === 0 && (!this.failing || this.#pressed)) return this.#sendNow()
    if (this.#closed || (this.#timer && !this.#patient)) return
    const wait = this.failing ? this.sender.waitMs : delayMs
    const { batchTimeoutMs } = this.#options
    const urgent = this.#spoolable && this.#queue.size > 0
    if (this.#timer && !urgent) return
    clearTimeout(this.#timer)
    this.#patient = !urgent && wait > batchTimeoutMs
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#detached(() => this.#pump())
      },
      urgent ? Math.min(wait, batchTimeoutMs) : wait,
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
    if (this.#closed) return
    const lane = this.#overflow?.lane
    const waits = lane?.empty === false && lane.readable
    if (this.#replay && waits && !this.#replay.running) void this.#replayAll(this.#replay)
    while (this.#moving.size < this.#mostInFlight && this.#queue.size > 0) {
      if (!this.sender.ready || !this.sender.breaker.admits()) break
      void this.#deliver(this.#takeBatch())
    }
    if (this.#spoolable && (this.#away || this.#pressed)) void this.#spool()
    if (this.#moving.size === 0) this.#afterBatch()
  }

  #takeBatch(most: number = this.#options.batchSize): readonly T[] {
    const batch = this.#queue.take(
      most,
      most === ALL ? this.#options.batchMaxBytes : this.sender.portion.bytes,
    )
    this.#moving.add(batch)
    return batch
  }

  async #deliver(batch: readonly T[]): Promise<void> {
    const scratch = new Tally()
    const left = await this.sender.deliver(batch, scratch)
    this.tally.add(scratch)
    this.#moving.delete(batch)
    this.#spent = left.length > 0
    if (this.sender.unwanted) this.#forget()
    else if (left.length === 0) release(batch)
    else {
      this.#moving.add(left)
      await this.#leave(left)
    }
    this.#afterBatch()
  }

  /** `batch` cannot be sent for now. */
  async #leave(batch: readonly T[]): Promise<void> {
    const kept = await this.#overflow?.keep(batch, () => this.#moving.delete(batch))
    if (kept === 'kept') return release(batch)
    this.#moving.delete(batch)
    if (this.#closed) this.tally.drop(kept ? 'spool_full' : 'expired', countOf(batch))
    else if (kept === 'full') this.tally.drop('spool_full', countOf(batch))
    else this.#queue.restore(batch)
  }

  /** Puts on disk what waits in memory: as much at a time as there is, because each file waits for the disk once. */
  async #spool(): Promise<void> {
    if (this.#spooling) return
    this.#spooling = true
    while ((this.#away || this.#pressed) && this.#queue.size > 0 && this.#spoolable && !this.#closed)
      await this.#leave(this.#takeBatch(ALL))
    this.#spooling = false
    this.#afterBatch()
  }

  async #replayAll(replay: Replay<T>): Promise<void> {
    await replay.run()
    this.#afterBatch()
  }

  #afterBatch(): void {
    if (this.#nothingLeft() || (this.failing && this.#moving.size === 0)) {
      this.sender.hurried = this.#closed
      for (const done of this.#idle.splice(0)) done()
    }
    if (this.#queue.size === 0 && (this.#overflow?.lane.empty ?? true)) return
    const more = this.#queue.size >= this.#options.batchSize || this.#idle.length > 0
    this.#sendSoon(more ? 0 : this.#options.batchTimeoutMs)
  }

  #nothingLeft(): boolean {
    return this.#queue.size === 0 && this.#moving.size === 0
  }

  /** What nobody wanted was never lost: it counts as never accepted. */
  #forget(): void {
    this.#queue.take(ALL, ALL)
    this.tally.accepted = this.tally.delivered + this.tally.lost + this.spooled
  }
}

/** Nobody will read `batch` again. */
function release(batch: readonly Queued[]): void {
  for (const item of batch) item.release?.()
}
