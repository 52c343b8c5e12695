/** How the bytes of a field tell their end. */
export const WireType = { Varint: 0, Bit64: 1, LengthDelimited: 2, Bit32: 5 } as const
export type WireType = (typeof WireType)[keyof typeof WireType]

const FIRST_BYTES = 8192
const MAX_VARINT_BYTES = 10
/** Lengths below it take one byte. */
const SHORT = 128
const TWO_32 = 2 ** 32

/**
 * Writes protobuf fields one after the other into one growing piece of memory.
 *
 * A span is some seventy writes, so nothing is allocated for one; nothing is checked either, as all fields are ours.
 *
 * @example
 * writer.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string('shop').join().finish()
 */
export class ProtobufWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES)
  #at = 0
  /** Where the messages begin that are being written. */
  readonly #open: number[] = []

  tag(field: number, type: WireType): this {
    return this.uint32((field << 3) | type)
  }

  /** Begins a message within the message; its length is known at join(). */
  fork(): this {
    this.#reserve(1)
    this.#open.push(this.#at++)
    return this
  }

  join(): this {
    const from = this.#open.pop()!
    const length = this.#at - from - 1
    if (length < SHORT) {
      this.#bytes[from] = length
      return this
    }
    // One byte was kept for the length, which takes more.
    const more = varintBytes(length) - 1
    this.#reserve(more)
    this.#bytes.copyWithin(from + 1 + more, from + 1, this.#at)
    const end = this.#at + more
    this.#at = from
    this.#varint(length)
    this.#at = end
    return this
  }

  string(text: string): this {
    const { length } = text
    this.#reserve(MAX_VARINT_BYTES + length * 3)
    if (length < SHORT && this.#ascii(text, length)) return this
    this.#varint(Buffer.byteLength(text))
    this.#at += this.#bytes.write(text, this.#at)
    return this
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(MAX_VARINT_BYTES + bytes.length)
    this.#varint(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
    return this
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0)
  }

  /** A whole number from 0 on. */
  uint32(value: number): this {
    this.#reserve(MAX_VARINT_BYTES)
    this.#varint(value)
    return this
  }

  /** A safe integer. */
  int64(value: number): this {
    this.#reserve(MAX_VARINT_BYTES)
    if (value >= 0) this.#varint(value)
    else {
      for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
        const last = rest < 0x80n
        this.#bytes[this.#at++] = Number(rest & 0x7fn) | (last ? 0 : 0x80)
        if (last) break
      }
    }
    return this
  }

  double(value: number): this {
    this.#reserve(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
    return this
  }

  fixed32(value: number): this {
    this.#reserve(4)
    this.#at = this.#bytes.writeUInt32LE(value, this.#at)
    return this
  }

  /** A safe integer of either sign: fixed64 and sfixed64 have the same bytes. */
  fixed64(value: number): this {
    this.#reserve(8)
    const high = Math.floor(value / TWO_32)
    this.#at = this.#bytes.writeUInt32LE(value - high * TWO_32, this.#at)
    this.#at = this.#bytes.writeUInt32LE(high >>> 0, this.#at)
    return this
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#at))
  }

  /** Short texts are most, and mostly ASCII; false, and nothing written, for one that is not. */
  #ascii(text: string, length: number): boolean {
    const bytes = this.#bytes
    const from = this.#at + 1
    for (let n = 0; n < length; n++) {
      const code = text.charCodeAt(n)
      if (code >= SHORT) return false
      bytes[from + n] = code
    }
    bytes[this.#at] = length
    this.#at = from + length
    return true
  }

  #varint(value: number): void {
    let rest = value
    for (; rest >= SHORT; rest = Math.floor(rest / SHORT)) this.#bytes[this.#at++] = (rest % SHORT) + SHORT
    this.#bytes[this.#at++] = rest
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= SHORT; rest = Math.floor(rest / SHORT)) bytes++
  return bytes
}
