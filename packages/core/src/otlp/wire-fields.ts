import { type ProtobufWriter, WireType } from './protobuf-writer.ts'

const TWO_32 = 2 ** 32
const TWO_16 = 2 ** 16
const LOW_16 = TWO_16 - 1

/** Writes a string field; nothing when it is absent or empty. */
export function writeText(writer: ProtobufWriter, field: number, text: string | undefined): void {
  if (text) writer.tag(field, WireType.LengthDelimited).string(text)
}

/**
 * Writes an id given in hex as a bytes field. One that is malformed is left out, so that a receiver rejects that record
 * and not the batch.
 */
export function writeId(writer: ProtobufWriter, field: number, hex: string, length: 8 | 16): void {
  if (hex.length !== length * 2) return
  const before = writer.length
  if (!writer.tag(field, WireType.LengthDelimited).hex(hex, length)) writer.backTo(before)
}

/**
 * Writes milliseconds since the epoch as a fixed64 of nanoseconds, rounded to the microsecond: a double of today's
 * milliseconds resolves a quarter of one. No double ever holds the nanoseconds, and no BigInt is made.
 *
 * @param plusMs added exactly, without the rounding of a floating-point sum
 */
export function writeNanos(writer: ProtobufWriter, field: number, ms: number, plusMs = 0): void {
  const from = usable(ms)
  const plus = usable(plusMs)
  const fromWhole = Math.floor(from)
  const plusWhole = Math.floor(plus)
  const whole = fromWhole + plusWhole
  const micros = Math.round((from - fromWhole + (plus - plusWhole)) * 1000)
  const seconds = Math.floor(whole / 1000)
  const nanos = (whole - seconds * 1000) * 1_000_000 + micros * 1000
  // seconds * 1e9 + nanos in 64 bits, by products of 16 bits of seconds, which stay below 2^53. `%` would be a call of its own.
  const lower = (seconds & LOW_16) * 1e9 + nanos
  const upper = Math.floor(seconds / TWO_16) * 1e9
  const low = (lower >>> 0) + (upper & LOW_16) * TWO_16
  const high = Math.floor(lower / TWO_32) + Math.floor(upper / TWO_16) + Math.floor(low / TWO_32)
  writer
    .tag(field, WireType.Bit64)
    .fixed32(low >>> 0)
    .fixed32(high >>> 0)
}

/** Milliseconds up to the year 2262; anything else counts as 0, so that a broken clock cannot break a batch. */
function usable(ms: number): number {
  return ms > 0 && ms < 9e12 ? ms : 0
}
