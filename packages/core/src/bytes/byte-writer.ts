const FIRST_BYTES = 8192
/** More than this is not kept for the next message. */
const KEPT_BYTES = 1024 * 1024
/** Texts up to this length are faster written by ourselves, as most are ASCII. */
export const SHORT_TEXT = 24

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
    this.reserve(to - from)
    this.at += bytes.copy(this.buffer, this.at, from, to)
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
    if (value >= 10) this.digits(Math.floor(value / 10))
    return this.byte(48 + (value % 10))
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
