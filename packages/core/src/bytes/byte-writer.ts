const FIRST_BYTES = 8192
/** More than this is not kept for the next message. */
const KEPT_BYTES = 1024 * 1024
/** Texts up to this length are faster written by ourselves, as most are ASCII. */
export const SHORT_TEXT = 24
/** The same of bytes. */
const SHORT_BYTES = 32
const ZERO = 48

/** Writes bytes one after the other into one growing piece of memory, which is used again for the next message. */
export class ByteWriter {
  #own: Buffer = Buffer.allocUnsafe(FIRST_BYTES)
  protected buffer: Buffer = this.#own
  /** Where the message begins, and where it goes on. */
  protected from = 0
  protected at = 0

  get length(): number {
    return this.at - this.from
  }

  /** Begins another message. */
  reset(): this {
    this.#shrink()
    return this.resetIn(this.#own, 0)
  }

  /** Begins another message at `at` of `memory`; one for which there is no room moves out of it. */
  resetIn(memory: Buffer, at: number): this {
    this.#shrink()
    this.buffer = memory
    this.from = at
    this.at = at
    return this
  }

  /** Whether the message is still where it was begun. */
  isIn(memory: Buffer): boolean {
    return this.buffer === memory
  }

  raw(bytes: Buffer, from: number = 0, to: number = bytes.length): this {
    const length = to - from
    this.reserve(length)
    if (length > SHORT_BYTES) bytes.copy(this.buffer, this.at, from, to)
    else for (let n = 0; n < length; n++) this.buffer[this.at + n] = bytes[from + n]!
    this.at += length
    return this
  }

  /** As UTF-8. */
  text(text: string): this {
    const { length } = text
    this.reserve(length * 3)
    if (length > SHORT_TEXT || !this.ascii(text, length)) this.at += this.buffer.write(text, this.at)
    return this
  }

  byte(byte: number): this {
    this.reserve(1)
    this.buffer[this.at++] = byte
    return this
  }

  /** A whole number from 0 on, as digits. */
  digits(value: number): this {
    let length = 1
    for (let unit = 10; unit <= value; unit *= 10) length++
    this.reserve(length)
    let rest = value
    for (let n = length - 1; n >= 0; n--) {
      const tens = Math.floor(rest / 10)
      this.buffer[this.at + n] = ZERO + rest - tens * 10
      rest = tens
    }
    this.at += length
    return this
  }

  /** Puts what was written at `at` of `page`. */
  copyTo(page: Buffer, at: number): void {
    this.buffer.copy(page, at, this.from, this.at)
  }

  /** A copy of what was written. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.length)
    this.copyTo(copy, 0)
    return copy
  }

  /** Room for as many is there already; false, and nothing written, for a text that is not ASCII. */
  protected ascii(text: string, length: number): boolean {
    const { buffer, at } = this
    for (let n = 0; n < length; n++) {
      const code = text.charCodeAt(n)
      if (code >= 128) return false
      buffer[at + n] = code
    }
    this.at = at + length
    return true
  }

  protected reserve(bytes: number): void {
    if (this.at + bytes > this.buffer.length) this.#move(bytes)
  }

  #shrink(): void {
    if (this.#own.length > KEPT_BYTES) this.#own = Buffer.allocUnsafe(FIRST_BYTES)
  }

  /** Goes on in memory of its own, where there is room for so many more. */
  #move(bytes: number): void {
    const { length, buffer, from, at } = this
    const needed = length + bytes
    if (needed > this.#own.length) this.#own = Buffer.allocUnsafe(Math.max(this.#own.length * 2, needed))
    buffer.copy(this.#own, 0, from, at)
    this.buffer = this.#own
    this.from = 0
    this.at = length
  }
}
