import type { Logger } from '../logger.ts'
import { Tally } from './losses.ts'
import type { Overflow } from './overflow.ts'
import type { Queued } from './queue.ts'
import type { Sender } from './sender.ts'

export interface ReplayOptions<T extends Queued> {
  overflow: Overflow<T>
  sender: Sender<T>
  batchSize: number
  logger: Logger
  /** Where to count what became of things of this process, or of processes that are gone. */
  tallyOf(own: boolean): Tally
  /** A batch from disk has arrived, or could not be brought to the receiver for now. */
  onOutcome(arrived: boolean): void
}

/** Sends what waits on disk, a batch at a time, oldest first. */
export class Replay<T extends Queued> {
  #running = false
  #stopped = false
  readonly #options: ReplayOptions<T>

  constructor(options: ReplayOptions<T>) {
    this.#options = options
  }

  get running(): boolean {
    return this.#running
  }

  /** Goes on until the disk is empty or the receiver fails; never throws. */
  async run(): Promise<void> {
    this.#running = true
    try {
      while (!this.#stopped && (await this.#next()));
    } catch (error) {
      this.#options.logger.warn(`[HUB] The spool cannot be read: ${String(error)}.`)
    }
    this.#running = false
  }

  /** What is under way comes to its end. */
  stop(): void {
    this.#stopped = true
  }

  async #next(): Promise<boolean> {
    const { overflow, sender, batchSize } = this.#options
    if (sender.unwanted || !sender.ready) return false
    const chunk = await overflow.next(batchSize, sender.portion.bytes)
    if (!chunk) return false
    if (!sender.breaker.admits()) {
      await chunk.settle(0)
      return false
    }
    const scratch = new Tally()
    const left = await sender.deliver(chunk.batch, scratch)
    const settled = chunk.settle(chunk.batch.length - left.length)
    // In the same moment in which they stop counting as waiting.
    this.#options.tallyOf(chunk.own).add(scratch)
    await settled
    this.#options.onOutcome(left.length === 0)
    return left.length === 0
  }
}
