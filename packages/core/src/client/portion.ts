import { isDivisible, type Queued } from './queue.ts'

/** Below this it is not the size that is at fault. */
const LEAST_BYTES = 4096
/** Each request that is too large wastes a deadline: the limit is sought with care. */
const GROWTH = 1.25

/**
 * How much one request may carry: half of what was not answered in time, and a quarter more after each success. Over a
 * slow line a full batch would come too late every time, and nothing would ever arrive.
 */
export class Portion {
  readonly #maxBytes: number
  #bytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#bytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Whether `batch` is more than may go now, and can be made smaller. */
  exceededBy(batch: readonly Queued[]): boolean {
    return isDivisible(batch) && sizeOf(batch) > this.#bytes
  }

  /** `batch` was not answered in time. */
  late(batch: readonly Queued[]): void {
    const size = sizeOf(batch)
    // Of several that were under way together, the first says it for all.
    if (size <= this.#bytes) this.#bytes = Math.max(LEAST_BYTES, Math.min(this.#bytes, size) / 2)
  }

  arrived(): void {
    this.#bytes = Math.min(this.#maxBytes, this.#bytes * GROWTH)
  }
}

function sizeOf(batch: readonly Queued[]): number {
  let bytes = 0
  for (const item of batch) bytes += item.bytes
  return bytes
}
