import { isUtf8 } from 'node:buffer'

import type { DescMessage } from '@bufbuild/protobuf'
import { WireType } from '@bufbuild/protobuf/wire'

import { LIMITS } from '../config/limits.ts'
import { mendMessage } from './mend.ts'
import { shapeOf, type FieldShape, type MessageShape } from './shape.ts'

/** What is not as it came, because it could not be kept so. */
export interface Repairs {
  /** Text that was not UTF-8. */
  text: boolean
  /** Texts, or numbers of attributes, over the limits. */
  size: boolean
}

/** Messages within messages, as many as `fromBinary` follows. */
const MAX_DEPTH = LIMITS.otlpLevels.value
const MAX_ATTRIBUTES = LIMITS.attributes.value
/** A shorter string is looked at here, a longer one is worth the call into the runtime. */
const SHORT_TEXT = 48

/**
 * Makes sure that `fromBinary(schema, bytes)` will be able to read what is stored, without building anything. Allocates
 * only for strings that are long or not ASCII.
 *
 * @param repairs is told what was repaired
 * @returns `bytes`, or a copy in which strings that were not UTF-8 (cut in the middle of a character, say) have U+FFFD and
 * nothing is over the limits.
 * @throws Error that names the message and field: `KeyValue.value runs past its end`.
 */
export function checkMessage(schema: DescMessage, bytes: Uint8Array, repairs?: Repairs): Uint8Array {
  const shape = shapeOf(schema)
  const checker = new Checker(bytes)
  checker.message(shape, bytes.length, 1)
  if (checker.textIsValid && checker.fits) return bytes
  if (repairs) {
    repairs.text ||= !checker.textIsValid
    repairs.size ||= !checker.fits
  }
  return mendMessage(shape, bytes)
}

class Checker {
  textIsValid = true
  fits = true
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  message(shape: MessageShape, end: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new Error(`${shape.name} is nested more than ${MAX_DEPTH} levels deep`)
    let attributes = 0
    while (this.at < end) {
      const tag = this.tag(shape, end)
      const field = shape.fields[tag >>> 3]
      if (field?.attribute && ++attributes > MAX_ATTRIBUTES) this.fits = false
      if (field) this.field(shape, field, tag & 7, end, depth)
      else this.unknown(shape, tag, end, depth)
    }
  }

  private field(shape: MessageShape, field: FieldShape, wireType: number, end: number, depth: number): void {
    if (wireType !== field.wireType) {
      if (field.packable && wireType === WireType.LengthDelimited) return this.packed(shape, field, end)
      throw new Error(`${shape.name}.${field.name} has wire type ${wireType}, not ${field.wireType}`)
    }
    if (wireType !== WireType.LengthDelimited) return this.scalar(shape, wireType, end)
    const stop = this.stop(shape, field.name, end)
    if (stop - this.at > field.maxBytes) this.fits = false
    if (field.message) this.message(field.message, stop, depth + 1)
    else if (field.text && !this.isText(stop)) this.textIsValid = false
    this.at = stop
  }

  private packed(shape: MessageShape, field: FieldShape, end: number): void {
    const stop = this.stop(shape, field.name, end)
    while (this.at < stop) this.scalar(shape, field.wireType, stop)
  }

  private scalar(shape: MessageShape, wireType: number, end: number): void {
    if (wireType === WireType.Varint) return this.skipVarint(shape, end)
    this.at += wireType === WireType.Bit64 ? 8 : 4
    if (this.at > end) throw new Error(`${shape.name} is cut off`)
  }

  /** Fields of a newer protocol, or of nobody's. */
  private unknown(shape: MessageShape, tag: number, end: number, depth: number): void {
    const wireType = tag & 7
    if (wireType === WireType.LengthDelimited) {
      this.at = this.stop(shape, `field ${tag >>> 3}`, end)
      return
    }
    if (wireType === WireType.EndGroup) throw new Error(`${shape.name} ends a group it did not start`)
    if (wireType !== WireType.StartGroup) return this.scalar(shape, wireType, end)
    if (depth >= MAX_DEPTH) throw new Error(`${shape.name} is nested more than ${MAX_DEPTH} levels deep`)
    for (;;) {
      const inner = this.tag(shape, end)
      if (inner === (tag | WireType.EndGroup)) return
      this.unknown(shape, inner, end, depth + 1)
    }
  }

  /** Reads a length; the position it leads to. */
  private stop(shape: MessageShape, field: string, end: number): number {
    const length = this.varint32(shape, end)
    if (length > end - this.at) throw new Error(`${shape.name}.${field} runs past its end`)
    return this.at + length
  }

  private tag(shape: MessageShape, end: number): number {
    const tag = this.varint32(shape, end)
    if (tag >>> 3 === 0 || (tag & 7) > 5) throw new Error(`${shape.name} has an impossible field tag ${tag}`)
    return tag
  }

  private varint32(shape: MessageShape, end: number): number {
    let value = 0
    for (let shift = 0; shift < 35 && this.at < end; shift += 7) {
      const byte = this.bytes[this.at++]!
      if (shift === 28 && byte > 0x0f) break
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new Error(`${shape.name} has a malformed length or field tag`)
  }

  private skipVarint(shape: MessageShape, end: number): void {
    const last = Math.min(end, this.at + 10)
    while (this.at < last) if (this.bytes[this.at++]! < 0x80) return
    throw new Error(`${shape.name} has a malformed varint`)
  }

  private isText(stop: number): boolean {
    if (stop - this.at <= SHORT_TEXT) {
      let at = this.at
      while (at < stop && this.bytes[at]! < 0x80) at++
      if (at === stop) return true
    }
    return isUtf8(this.bytes.subarray(this.at, stop))
  }
}
