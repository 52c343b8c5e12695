/** What a record weighs beyond its bytes: where it ends, and its number. */
export const RECORD_BYTES: number = Uint32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT

/** Memory outside the heap that is filled with records, one after the other. */
export class Page {
  readonly buffer: Buffer
  /** Of each record, its position in the instance's sequence. */
  readonly seqs: Float64Array
  readonly #ends: Uint32Array
  readonly #recycle: ((page: Page) => void) | undefined
  /** How many records it holds. */
  count = 0
  /** How many runs of its records somebody may still read. */
  runs = 0
  #closed = false

  /** @param recycle is given the page when it is full and nobody reads it any more */
  constructor(bytes: number, records: number, recycle?: (page: Page) => void) {
    this.buffer = Buffer.allocUnsafeSlow(bytes)
    this.seqs = new Float64Array(records)
    this.#ends = new Uint32Array(records)
    this.#recycle = recycle
  }

  /** Where the first `count` records end. */
  endOf(count: number): number {
    return count === 0 ? 0 : this.#ends[count - 1]!
  }

  hasRoomFor(bytes: number): boolean {
    return this.count < this.#ends.length && this.endOf(this.count) + bytes <= this.buffer.length
  }

  /** Counts the record whose bytes were written after those before it. */
  add(bytes: number, seq: number): void {
    const end = this.endOf(this.count) + bytes
    this.seqs[this.count] = seq
    this.#ends[this.count++] = end
  }

  /** Nothing more is written into it. */
  close(): void {
    this.#closed = true
    if (this.runs === 0) this.#recycle?.(this)
  }

  /** One run is read no more. */
  release(): void {
    if (--this.runs === 0 && this.#closed) this.#recycle?.(this)
  }

  /** Empty again. */
  reopen(): this {
    this.count = 0
    this.#closed = false
    return this
  }
}
