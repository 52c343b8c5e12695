import { create, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  AnyValueSchema,
  KeyValueSchema,
  type AnyValue,
} from '../../otlp/gen/opentelemetry/proto/common/v1/common_pb.ts'
import { SpanSchema } from '../../otlp/gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import type { PlainValue } from '../../otlp/plain.ts'
import { spanAttributes } from '../../otlp/span-attributes.ts'
import { attributeHash, eachAttributeHash } from './attribute-hashes.ts'
import { HashSet } from './hash-set.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'NaN', '9007199254740993'),
)
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -300n, max: 300n }),
)

const { value: anyValue } = fc.letrec<{ value: AnyValue }>((tie) => {
  const of = (value: AnyValue['value']) => create(AnyValueSchema, { value })
  return {
    value: fc.oneof(
      { maxDepth: 3 },
      text.map((value) => of({ case: 'stringValue', value })),
      fc.boolean().map((value) => of({ case: 'boolValue', value })),
      int64.map((value) => of({ case: 'intValue', value })),
      fc.double().map((value) => of({ case: 'doubleValue', value })),
      fc
        .uint8Array({ maxLength: 9 })
        .map((value) => of({ case: 'bytesValue', value: Uint8Array.from(value) })),
      fc.constant(of({ case: undefined })),
      fc.array(tie('value'), { maxLength: 4 }).map((values) =>
        of({
          case: 'arrayValue',
          value: { $typeName: 'opentelemetry.proto.common.v1.ArrayValue', values },
        }),
      ),
    ),
  }
})

const searchable = (value: PlainValue): (string | number | boolean)[] =>
  Array.isArray(value)
    ? value.flatMap(searchable)
    : typeof value === 'object' || value === null
      ? []
      : [value]

test('whatever an attribute can be searched by is among the hashes of its span', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, anyValue), { maxLength: 6 }), (pairs) => {
      const attributes = pairs.map(([key, value]) => create(KeyValueSchema, { key, value }))
      const span = toBinary(
        SpanSchema,
        create(SpanSchema, { name: 'work', attributes, links: [{ attributes }] }),
      )
      const hashes = new Set<number>()
      eachAttributeHash(span, (hash) => hashes.add(hash))
      for (const [key, value] of Object.entries(spanAttributes(span)))
        for (const one of searchable(value)) expect(hashes).toContain(attributeHash(key, one))
      expect(hashes).not.toContain(0)
    }),
    { numRuns: 500 },
  )
})

test('other keys, values and types have other hashes', () => {
  const values = [
    0,
    1,
    -1,
    0.5,
    2 ** 53,
    true,
    false,
    '',
    '0',
    '1',
    'true',
    'a',
    'b',
    'ab',
    'a\0',
    'aaaa',
    'aaab',
  ]
  const keys = ['', 'a', 'b', 'ab', 'tenant.id', 'tenant.di']
  const hashes = keys.flatMap((key) => values.map((value) => attributeHash(key, value)))
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(attributeHash('a', -0)).toBe(attributeHash('a', 0))
})

test('a set tells so many numbers apart, says when it is full, and begins anew', () => {
  const set = new HashSet()
  for (const value of [5, 5 + 2 ** 15, 5, 0xffffffff]) expect(set.add(value)).toBe(true)
  expect([...set]).toEqual([5, 5 + 2 ** 15, 0xffffffff])
  let value = 1
  while (set.add(value * 7)) value++
  expect(set.size).toBe(2 ** 14)
  expect(set.add(5)).toBe(true)
  set.clear()
  expect([set.size, [...set]]).toEqual([0, []])
})
