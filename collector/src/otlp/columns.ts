import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Steps over a field that is no column, without the slice that `BinaryReader.skip` makes. */
export function stepOver(reader: BinaryReader, fieldNumber: number, wireType: number): void {
  if (wireType === WireType.LengthDelimited) {
    const length = reader.uint32()
    reader.pos += length
  } else if (wireType === WireType.Bit64) reader.pos += 8
  else if (wireType === WireType.Bit32) reader.pos += 4
  else reader.skip(wireType, fieldNumber)
}

/** No bytes: an absent id, resource or scope. */
export const EMPTY: Uint8Array = new Uint8Array(0)
