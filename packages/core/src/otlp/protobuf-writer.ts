import { ByteWriter, SHORT_TEXT } from '../bytes/byte-writer.ts'

/** How the bytes of a field tell their end. */
export const WireType = { Varint: 0, Bit64: 1, LengthDelimited: 2, Bit32: 5 } as const
export type WireType = (typeof WireType)[keyof typeof WireType]

const MAX_VARINT_BYTES = 10
/** Lengths below it take one byte. */
const SHORT = 128
const TWO_32 = 2 ** 32

/**
 * Writes protobuf fields.
 *
 * A span is some seventy writes, so nothing is allocated for one; nothing is checked either, as all fields are ours.
 *
 * @example
 * writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('shop').join().finish()
 */
export class ProtobufWriter extends ByteWriter {
  /** Where the messages within it begin that are being written. */
  readonly #open: number[] = []

  override resetIn(memory: Buffer, at: number): this {
    this.#open.length = 0
    return super.resetIn(memory, at)
  }

  tag(field: number, type: WireType): this {
    return this.uint32((field << 3) | type)
  }

  /** Begins a message within the message; its length is known at join(). */
  fork(): this {
    this.reserve(1)
    this.#open.push(this.at++ - this.from)
    return this
  }

  join(): this {
    const from = this.from + this.#open.pop()!
    const length = this.at - from - 1
    if (length < SHORT) {
      this.buffer[from] = length
      return this
    }
    // One byte was kept for the length, which takes more.
    const more = varintBytes(length) - 1
    this.reserve(more)
    // It may have moved.
    const start = this.at - length - 1
    this.buffer.copyWithin(start + 1 + more, start + 1, this.at)
    const end = this.at + more
    this.at = start
    this.#varint(length)
    this.at = end
    return this
  }

  string(text: string): this {
    const { length } = text
    this.reserve(MAX_VARINT_BYTES + length * 3)
    if (length < SHORT && this.#short(text, length)) return this
    this.#varint(Buffer.byteLength(text))
    this.at += this.buffer.write(text, this.at)
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.reserve(MAX_VARINT_BYTES + bytes.length)
    this.#varint(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
    return this
  }

  /** Bytes that are given in hex; false, and part of them written, where they are not. */
  hex(digits: string, length: number): boolean {
    this.reserve(MAX_VARINT_BYTES + length)
    this.#varint(length)
    const written = this.buffer.write(digits, this.at, 'hex')
    this.at += written
    return written === length
  }

  /** Takes back what was written since. */
  backTo(length: number): void {
    this.at = this.from + length
  }

  /** A whole number from 0 on. */
  uint32(value: number): this {
    this.reserve(MAX_VARINT_BYTES)
    this.#varint(value)
    return this
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0)
  }

  /** A safe integer. */
  int64(value: number): this {
    this.reserve(MAX_VARINT_BYTES)
    if (value >= 0) this.#varint(value)
    else {
      for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
        const last = rest < 0x80n
        this.buffer[this.at++] = Number(rest & 0x7fn) | (last ? 0 : 0x80)
        if (last) break
      }
    }
    return this
  }

  double(value: number): this {
    this.reserve(8)
    this.at = this.buffer.writeDoubleLE(value, this.at)
    return this
  }

  fixed32(value: number): this {
    this.reserve(4)
    this.at = this.buffer.writeUInt32LE(value, this.at)
    return this
  }

  /** A safe integer of either sign: fixed64 and sfixed64 have the same bytes. */
  fixed64(value: number): this {
    this.reserve(8)
    const high = Math.floor(value / TWO_32)
    this.at = this.buffer.writeUInt32LE(value - high * TWO_32, this.at)
    this.at = this.buffer.writeUInt32LE(high >>> 0, this.at)
    return this
  }

  /** Its length and itself, where its length takes a byte; else nothing is written. */
  #short(text: string, length: number): boolean {
    const from = this.at++
    if (length > SHORT_TEXT || !this.ascii(text, length)) {
      const bytes = this.buffer.write(text, this.at)
      this.at += bytes
      if (bytes >= SHORT) {
        this.at = from
        return false
      }
    }
    this.buffer[from] = this.at - from - 1
    return true
  }

  #varint(value: number): void {
    let rest = value
    for (; rest >= SHORT; rest = Math.floor(rest / SHORT)) this.buffer[this.at++] = (rest & 0x7f) | SHORT
    this.buffer[this.at++] = rest
  }
}

/** How many bytes a whole number from 0 on takes. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= SHORT; rest = Math.floor(rest / SHORT)) bytes++
  return bytes
}
