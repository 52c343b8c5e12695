import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

import { LIMITS } from '../config/limits.ts'
import type { FieldShape, MessageShape } from './shape.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const CUT = '…'
const CUT_BYTES = Buffer.byteLength(CUT)
const MAX_UINT32 = 0xffff_ffff

/**
 * Copies a message that is sound but for what readers refuse or the store does not keep: strings that are not UTF-8 have
 * U+FFFD for what is no character, texts that are too long end in `…`, and attributes that are too many are left out and
 * added to `dropped_attributes_count`.
 */
export function mendMessage(shape: MessageShape, bytes: Uint8Array): Uint8Array {
  const reader = new BinaryReader(bytes)
  const writer = new BinaryWriter()
  let attributes = 0
  let dropped = 0
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, wireType] = reader.tag()
    const field = shape.fields[number]
    if (field?.attribute && ++attributes > LIMITS.attributes.value) {
      reader.skip(wireType, number)
      dropped++
    } else if (field?.message) writer.tag(number, wireType).bytes(mendMessage(field.message, reader.bytes()))
    else if (field?.text) writer.tag(number, wireType).string(textOf(reader.bytes(), field))
    else if (field?.isBytes) writer.tag(number, wireType).bytes(reader.bytes().subarray(0, field.maxBytes))
    else if (number === shape.droppedField) dropped += reader.uint32()
    else {
      reader.skip(wireType, number)
      writer.raw(bytes.subarray(start, reader.pos))
    }
  }
  if (dropped > 0 && shape.droppedField !== undefined) {
    writer.tag(shape.droppedField, WireType.Varint).uint32(Math.min(dropped, MAX_UINT32))
  }
  return writer.finish()
}

function textOf(bytes: Uint8Array, { maxBytes }: FieldShape): string {
  if (bytes.byteLength <= maxBytes) return utf8.decode(bytes)
  let end = maxBytes - CUT_BYTES
  // Not within a character.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return utf8.decode(bytes.subarray(0, end)) + CUT
}
