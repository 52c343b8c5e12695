import { WireType } from './protobuf-writer.ts'

const TWO_63 = 2 ** 63
const MAX_VARINT_BYTES = 10

/** Reads the fields of a protobuf message. @throws RangeError where it is cut or none */
export class ProtobufReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  tag(): [field: number, type: number] {
    const tag = this.#varint()
    return [Math.floor(tag / 8), tag % 8]
  }

  /** Exact from 0 to 2^53; a negative number comes out as 0 or less. */
  int64(): number {
    const value = this.#varint()
    return value >= TWO_63 ? value - 2 * TWO_63 : value
  }

  bytes(): Uint8Array {
    const length = this.#varint()
    return this.#take(length)
  }

  string(): string {
    return this.#take(this.#varint()).toString('utf8')
  }

  skip(type: number): void {
    if (type === WireType.Varint) this.#varint()
    else if (type === WireType.Bit64) this.#take(8)
    else if (type === WireType.Bit32) this.#take(4)
    else if (type === WireType.LengthDelimited) this.bytes()
    else throw new RangeError(`a field of type ${type}`)
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new RangeError('a message that is cut')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  #varint(): number {
    let value = 0
    for (let n = 0; n < MAX_VARINT_BYTES; n++) {
      const byte = this.#take(1)[0]!
      value += (byte & 0x7f) * 2 ** (7 * n)
      if (byte < 0x80) return value
    }
    throw new RangeError('a number that does not end')
  }
}
