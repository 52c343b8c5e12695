/** Smaller ones are not worth being kept. */
const LEAST_BYTES = 16 * 1024
const MAX_SPARE = 8

/**
 * Memory for the bodies of requests.
 *
 * A body lives as long as its request, which is long enough to be taken for something old: left to the garbage collector, many
 * of them would be there before it looks.
 */
export class Bodies {
  readonly #spare: Buffer[] = []
  /** What was made here: anything else may be shared with others. */
  readonly #made = new WeakSet<ArrayBufferLike>()

  /** Memory of so many bytes, with anything in it. */
  of(bytes: number): Buffer {
    if (bytes < LEAST_BYTES) return Buffer.allocUnsafeSlow(bytes)
    const fitting = this.#spare.findIndex(({ length }) => length >= bytes)
    const whole = fitting < 0 ? this.#make(bytes) : this.#spare.splice(fitting, 1)[0]!
    return whole.subarray(0, bytes)
  }

  /** Nobody reads `body` any more: it may become that of another request. */
  reuse({ buffer }: Uint8Array): void {
    if (!this.#made.has(buffer) || this.#spare.length >= MAX_SPARE) return
    if (this.#spare.some((each) => each.buffer === buffer)) return
    this.#spare.push(Buffer.from(buffer))
  }

  #make(bytes: number): Buffer {
    const whole = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(bytes)))
    this.#made.add(whole.buffer)
    return whole
  }
}

/** Those of all hubs. */
export const bodies: Bodies = new Bodies()
