import { PRIORITIES } from '../wire/event.ts'
import type { Queued } from './queue.ts'
import type { Chunk, Lane } from './spool/lane.ts'
import type { Packed } from './spool/record.ts'

/** How one kind of thing goes to disk and comes back. */
export interface OverflowOptions<T> {
  lane: Lane
  pack(batch: readonly T[]): Packed[]
  unpack(record: Packed): T
}

/** The way of a batch to disk and back. */
export class Overflow<T extends Queued> {
  readonly lane: Lane
  readonly #options: OverflowOptions<T>

  constructor(options: OverflowOptions<T>) {
    this.lane = options.lane
    this.#options = options
  }

  /** `kept` is called in the moment in which the batch begins to count as waiting on disk. */
  async keep(batch: readonly T[], kept: () => void): Promise<'kept' | 'full' | 'failed'> {
    return this.lane.write(this.#options.pack(batch), rankOf(batch), kept)
  }

  /** Returns what undoes it; undefined when nothing could be kept. */
  keepSync(batch: readonly T[]): (() => void) | undefined {
    return this.lane.writeSync(this.#options.pack(batch), rankOf(batch))
  }

  /** The oldest of what waits on disk. */
  async next(maxItems: number, maxBytes: number): Promise<(Chunk & { batch: readonly T[] }) | undefined> {
    const chunk = await this.lane.next(maxItems, maxBytes)
    return chunk && { ...chunk, batch: chunk.records.map((record) => this.#options.unpack(record)) }
  }
}

function rankOf(batch: readonly Queued[]): number {
  return Math.max(...batch.map(({ priority }) => PRIORITIES.indexOf(priority)))
}
