/**
 * Reads an encoded message that has passed `checkMessage` by hand: for what runs with every span, where nothing may be made of
 * what is passed over.
 */
export class ByteCursor {
  /** Where the next byte is read. */
  at = 0

  /** Of tags and lengths only the low 32 bits matter. */
  varint(bytes: Uint8Array): number {
    let byte = bytes[this.at++]!
    if (byte < 128) return byte
    let value = byte & 127
    for (let shift = 7; byte >= 128 && this.at < bytes.length; shift += 7) {
      byte = bytes[this.at++]!
      if (shift < 32) value |= (byte & 127) << shift
    }
    return value >>> 0
  }

  stepOver(bytes: Uint8Array, wireType: number): void {
    if (wireType === 2) {
      const length = this.varint(bytes)
      this.at += length
    } else if (wireType === 1) this.at += 8
    else if (wireType === 5) this.at += 4
    else this.varint(bytes)
  }
}
