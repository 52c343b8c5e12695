import { create, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  AnyValueSchema,
  KeyValueSchema,
} from '../../../../otlp/gen/opentelemetry/proto/common/v1/common_pb.ts'
import { plainValue } from '../../../../otlp/plain.ts'
import { attributeBytes } from './attribute-bytes.ts'
import { asText } from './conditions.ts'

const values = fc.oneof(
  fc.string({ unit: 'binary' }).map((value) => ({ case: 'stringValue' as const, value })),
  fc.boolean().map((value) => ({ case: 'boolValue' as const, value })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ case: 'intValue' as const, value })),
  fc.double().map((value) => ({ case: 'doubleValue' as const, value })),
  fc.uint8Array({ minLength: 1 }).map((value) => ({ case: 'bytesValue' as const, value })),
)

test('whatever its type, the bytes of a value that reads as a text are looked for by that text', () => {
  fc.assert(
    fc.property(values, (value) => {
      const any = create(AnyValueSchema, { value } as Parameters<typeof create<typeof AnyValueSchema>>[1])
      const bytes = attributeBytes(asText(plainValue(any)))
      const encoded = Buffer.from(toBinary(KeyValueSchema, create(KeyValueSchema, { key: 'k', value: any })))
      expect(bytes === undefined || bytes.some((some) => encoded.includes(Buffer.from(some)))).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
