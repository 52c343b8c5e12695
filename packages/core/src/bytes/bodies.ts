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

  /** Nobody reads the body of these parts any more: what was made here may become that of another request. */
  reuse(parts: readonly Uint8Array[]): void {
    for (const { buffer } of parts) this.#reuse(buffer)
  }

  #reuse(buffer: ArrayBufferLike): void {
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

/** In more parts than that a body is sent more slowly than it is copied. */
const MOST_PARTS = 16

/** The parts of a body as they lie, or as one where they are many. */
export function gather(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  if (parts.length <= MOST_PARTS) return parts
  const body = bodies.of(lengthOf(parts))
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.byteLength
  }
  return [body]
}

export function lengthOf(parts: readonly Uint8Array[]): number {
  let length = 0
  for (const { byteLength } of parts) length += byteLength
  return length
}
