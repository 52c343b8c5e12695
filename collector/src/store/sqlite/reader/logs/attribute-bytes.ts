import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Field numbers of AnyValue. */
const BOOL = 2
const INT = 3
const DOUBLE = 4
const MAX_INT64 = 2n ** 63n - 1n

/**
 * Bytes of which one must be somewhere in a record that has an attribute with this value as its text. To look for them is
 * quick, and spares reading most records.
 *
 * @returns undefined where that cannot be told: for lists, maps and nothing.
 */
export function attributeBytes(value: string): Uint8Array[] | undefined {
  if (value === '' || value === 'null' || /^[[{]/.test(value)) return undefined
  const all: Uint8Array[] = [Buffer.from(value)]
  if (value === 'true' || value === 'false') {
    all.push(
      new BinaryWriter()
        .tag(BOOL, WireType.Varint)
        .bool(value === 'true')
        .finish(),
    )
  }
  if (/^-?\d{1,19}$/.test(value)) {
    const int = BigInt(value)
    if (int <= MAX_INT64 && int >= -MAX_INT64 - 1n) {
      all.push(new BinaryWriter().tag(INT, WireType.Varint).int64(int).finish())
    }
  }
  for (const double of doubles(value)) {
    all.push(new BinaryWriter().tag(DOUBLE, WireType.Bit64).double(double).finish())
  }
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length % 4 === 0) all.push(Buffer.from(value, 'base64'))
  return all
}

/** Numbers with this text: one, none, or both zeros. */
function doubles(value: string): number[] {
  const number = Number(value)
  if (String(number) !== value) return []
  return number === 0 ? [0, -0] : [number]
}
