import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'

import type { MessageShape } from './shape.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Copies a message that is sound but for strings that are not UTF-8, which readers refuse, with U+FFFD for what is no
 * character.
 */
export function mendText(shape: MessageShape, bytes: Uint8Array): Uint8Array {
  const reader = new BinaryReader(bytes)
  const writer = new BinaryWriter()
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, wireType] = reader.tag()
    const field = shape.fields[number]
    if (field?.text) writer.tag(number, wireType).string(utf8.decode(reader.bytes()))
    else if (field?.message) writer.tag(number, wireType).bytes(mendText(field.message, reader.bytes()))
    else {
      reader.skip(wireType, number)
      writer.raw(bytes.subarray(start, reader.pos))
    }
  }
  return writer.finish()
}
