import { crc32 } from 'node:zlib'

/** Something ready for the wire: one event as JSON, or one OTLP body. */
export interface Packed {
  body: Uint8Array
  /** How many events, spans, … it holds. */
  items: number
}

export interface StoredRecord extends Packed {
  /** Offset of what follows it. */
  end: number
}

/** Length of the body, checksum of what follows it, number of items: 32 bits each, big-endian. */
const HEADER_BYTES = 12
const LENGTH_AT = 0
const CHECKSUM_AT = 4
const ITEMS_AT = 8

/** The bytes of a segment that holds `records`. */
export function encodeSegment(records: readonly Packed[]): Buffer {
  let size = 0
  for (const { body } of records) size += HEADER_BYTES + body.byteLength
  const segment = Buffer.allocUnsafe(size)
  let at = 0
  for (const { body, items } of records) {
    const end = at + HEADER_BYTES + body.byteLength
    segment.writeUInt32BE(body.byteLength, at + LENGTH_AT)
    segment.writeUInt32BE(items, at + ITEMS_AT)
    segment.set(body, at + HEADER_BYTES)
    segment.writeUInt32BE(crc32(segment.subarray(at + ITEMS_AT, end)), at + CHECKSUM_AT)
    at = end
  }
  return segment
}

/** The sound records from `offset` on; one whose checksum is wrong is skipped, a torn end is left. */
export function* readRecords(segment: Buffer, offset: number): Generator<StoredRecord> {
  for (let at = offset; at + HEADER_BYTES < segment.byteLength;) {
    const end = at + HEADER_BYTES + segment.readUInt32BE(at + LENGTH_AT)
    if (end > segment.byteLength || end === at + HEADER_BYTES) return
    if (crc32(segment.subarray(at + ITEMS_AT, end)) === segment.readUInt32BE(at + CHECKSUM_AT)) {
      const items = segment.readUInt32BE(at + ITEMS_AT)
      yield { body: segment.subarray(at + HEADER_BYTES, end), items, end }
    }
    at = end
  }
}
