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
  protected buffer: Buffer = Buffer.allocUnsafe(FIRST_BYTES)
  protected at = 0

  get length(): number {
    return this.at
  }

  /** Begins another message. */
  reset(): this {
    if (this.buffer.length > KEPT_BYTES) this.buffer = Buffer.allocUnsafe(FIRST_BYTES)
    this.at = 0
    return this
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
    this.buffer.copy(page, at, 0, this.at)
  }

  /** A copy of what was written. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafeSlow(this.at)
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
    if (this.at + bytes <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes))
    this.buffer.copy(grown, 0, 0, this.at)
    this.buffer = grown
  }
}
