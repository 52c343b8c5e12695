import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ProtobufReader } from './protobuf-reader.ts'
import { ProtobufWriter, WireType } from './protobuf-writer.ts'

/** One write, by either writer. */
type Write =
  | { kind: 'string'; value: string }
  | { kind: 'bytes'; value: Uint8Array }
  | { kind: 'bool'; value: boolean }
  | { kind: 'uint32' | 'int64' | 'double' | 'fixed32' | 'fixed64'; value: number }
  | { kind: 'message'; value: readonly Write[] }

const wholes = fc.maxSafeInteger()
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const { write } = fc.letrec<{ write: Write }>((tie) => ({
  write: fc.oneof(
    { maxDepth: 3 },
    fc.record({ kind: fc.constant('string'), value: fc.string({ unit: 'binary', maxLength: 300 }) }),
    fc.record({ kind: fc.constant('string'), value: fc.string({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant('bytes'), value: fc.uint8Array({ maxLength: 20_000, size: 'max' }) }),
    fc.record({ kind: fc.constant('bool'), value: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('uint32', 'fixed32'), value: uint32 }),
    fc.record({ kind: fc.constantFrom('int64', 'fixed64'), value: wholes }),
    fc.record({ kind: fc.constant('double'), value: fc.double() }),
    fc.record({ kind: fc.constant('message'), value: fc.array(tie('write'), { maxLength: 12 }) }),
  ) as fc.Arbitrary<Write>,
}))

function ours(writer: ProtobufWriter, writes: readonly Write[]): ProtobufWriter {
  for (const { kind, value } of writes) {
    if (kind === 'message') ours(writer.tag(5, WireType.LengthDelimited).fork(), value).join()
    else (writer[kind as 'double'] as (value: unknown) => void).call(writer, value)
  }
  return writer
}

function theirs(writer: BinaryWriter, writes: readonly Write[]): BinaryWriter {
  for (const { kind, value } of writes) {
    if (kind === 'message') theirs(writer.tag(5, WireType.LengthDelimited).fork(), value).join()
    else if (kind === 'fixed64') writer.sfixed64(value)
    else (writer[kind as 'double'] as (value: unknown) => void).call(writer, value)
  }
  return writer
}

it('writes the bytes that a complete implementation writes', () => {
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      expect(Buffer.from(ours(new ProtobufWriter(), writes).finish()).toString('hex')).toBe(
        Buffer.from(theirs(new BinaryWriter(), writes).finish()).toString('hex'),
      )
    }),
  )
})

it.each([0, 126, 127, 128, 129, 16_383, 16_384, 100_000])(
  'writes a text and a message of %i bytes',
  (size) => {
    const text = 'x'.repeat(size)
    const bytes = new ProtobufWriter().fork().string(text).join().finish()
    const message = new BinaryReader(bytes).bytes()
    expect(new BinaryReader(message).string()).toBe(text)
  },
)

it('reads what was written', () => {
  const bytes = new BinaryWriter()
    .tag(1, WireType.Varint)
    .int64(-3)
    .tag(2, WireType.Bit64)
    .double(1.5)
    .tag(3, WireType.Bit32)
    .fixed32(7)
    .tag(400, WireType.LengthDelimited)
    .string('größer')
    .tag(5, WireType.Varint)
    .int64(2 ** 40)
    .finish()
  const reader = new ProtobufReader(bytes)
  expect(reader.tag()).toEqual([1, WireType.Varint])
  expect(reader.int64()).toBeLessThanOrEqual(0)
  for (const [field, type] of [
    [2, WireType.Bit64],
    [3, WireType.Bit32],
  ]) {
    expect(reader.tag()).toEqual([field, type])
    reader.skip(type!)
  }
  expect([reader.tag(), reader.string()]).toEqual([[400, WireType.LengthDelimited], 'größer'])
  expect([reader.tag(), reader.int64(), reader.done]).toEqual([[5, WireType.Varint], 2 ** 40, true])
})

it.each([
  ['a number without an end', [0xff, 0xff]],
  ['a number that is too long', Array.from({ length: 12 }, () => 0xff)],
  ['a text that is cut', [0x0a, 5, 65]],
  ['a group', [0x0b]],
])('refuses %s', (_, bytes) => {
  const reader = new ProtobufReader(Uint8Array.from(bytes))
  const readAll = () => {
    while (!reader.done) reader.skip(reader.tag()[1])
  }
  expect(readAll).toThrow(RangeError)
})
