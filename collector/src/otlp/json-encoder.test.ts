import { create, fromBinary, fromJson, toBinary, type DescMessage, type JsonValue } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { LogRecordSchema } from './gen/opentelemetry/proto/logs/v1/logs_pb.ts'
import { MetricSchema } from './gen/opentelemetry/proto/metrics/v1/metrics_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { JsonEncoder } from './json-encoder.ts'
import { prepareSpan } from './prepare-json.ts'

function encode(schema: DescMessage, value: unknown): Uint8Array | undefined {
  return new JsonEncoder(Buffer.byteLength(JSON.stringify(value))).encode(schema, value)
}

/** What protobuf's own reader makes of it, with its own order of fields. */
function inFull(schema: DescMessage, value: unknown): Uint8Array {
  const copy = structuredClone(value)
  prepareSpan(copy)
  return toBinary(schema, fromJson(schema, copy as JsonValue, { ignoreUnknownFields: true }))
}

function inOrder(schema: DescMessage, bytes: Uint8Array): Uint8Array {
  return toBinary(schema, fromBinary(schema, bytes))
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary-ascii', maxLength: 200 }),
  fc.constant('é'.repeat(9000)),
)
const whole = (max: number) => fc.oneof(fc.constantFrom(0, 1, 127, 128, 16_384, max), fc.nat({ max }))
const nanos = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  whole(2 ** 31 - 1),
  fc.constant(2 ** 53 - 1),
)
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'))
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.oneof(whole(2 ** 31 - 1), fc.nat().map(String), fc.constant(2 ** 53 - 1)) }),
    fc.record({ doubleValue: fc.double({ noDefaultInfinity: true, noNaN: true }) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('any'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({
        values: fc.array(fc.record({ key: text, value: tie('any') }), { maxLength: 3 }),
      }),
    }),
  ),
})).any
const attributes = fc.array(fc.record({ key: text, value }), { maxLength: 4 })
const span = fc.record(
  {
    traceId: hex(16),
    spanId: hex(8),
    parentSpanId: fc.oneof(hex(8), fc.constant('')),
    traceState: text,
    name: text,
    kind: fc.oneof(whole(99), fc.constantFrom('SPAN_KIND_SERVER', 'SPAN_KIND_CLIENT')),
    flags: whole(2 ** 32 - 1),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    droppedAttributesCount: whole(2 ** 31 - 1),
    events: fc.array(fc.record({ timeUnixNano: nanos, name: text, attributes }), { maxLength: 2 }),
    links: fc.array(fc.record({ traceId: hex(16), spanId: hex(8), attributes }), { maxLength: 2 }),
    status: fc.oneof(fc.constant({}), fc.record({ code: whole(2), message: text })),
    novel: fc.jsonValue(),
  },
  { requiredKeys: [] },
)

test('what exporters send becomes what the full reader makes of it', () => {
  fc.assert(
    fc.property(span, (item) => {
      const bytes = encode(SpanSchema, item)
      expect(bytes).toBeDefined()
      expect(Buffer.compare(inOrder(SpanSchema, bytes!), inFull(SpanSchema, item))).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('whatever else is left to the full reader, and leaves no trace', () => {
  const left: [DescMessage, unknown][] = [
    ...[null, 5, 'span', [], [{}]].map((item): [DescMessage, unknown] => [SpanSchema, item]),
    [SpanSchema, { trace_id: 'ab' }],
    [SpanSchema, { traceId: 'AAA' }],
    [SpanSchema, { name: null }],
    [SpanSchema, { name: 'x', attributes: {} }],
    [SpanSchema, { kind: 'SPAN_KIND_NOVEL' }],
    [SpanSchema, { kind: -1 }],
    [SpanSchema, { startTimeUnixNano: '18446744073709551616' }],
    [SpanSchema, { startTimeUnixNano: 1.5 }],
    [SpanSchema, { flags: 2 ** 32 }],
    [SpanSchema, { attributes: [null] }],
    [SpanSchema, { attributes: [{ key: 'a', value: { stringValue: 'a', intValue: 1 } }] }],
    [SpanSchema, { attributes: [{ key: 'a', value: { bytesValue: 'AP8=' } }] }],
    [SpanSchema, { attributes: [{ key: 'a', value: { intValue: '-1' } }] }],
    [SpanSchema, { attributes: [{ key: 'a', value: { doubleValue: 'NaN' } }] }],
    [LogRecordSchema, { severityNumber: '9' }],
    [MetricSchema, { gauge: {}, sum: {} }],
    [MetricSchema, { histogram: { dataPoints: [{ bucketCounts: ['1'] }] } }],
  ]
  const encoder = new JsonEncoder(10_000)
  for (const [schema, item] of left) {
    expect(encoder.encode(schema, item), JSON.stringify(item)).toBeUndefined()
    expect(encoder.encode(SpanSchema, { name: 'next' })).toEqual(
      toBinary(SpanSchema, create(SpanSchema, { name: 'next' })),
    )
  }
})

test('an item that is too large for the buffer is left to the full reader', () => {
  const item = { name: 'x'.repeat(100), startTimeUnixNano: '1', attributes: [{ value: { doubleValue: 1 } }] }
  const needed = inFull(SpanSchema, item).length
  for (let size = 0; size < needed + 5; size++) {
    const bytes = new JsonEncoder(size).encode(SpanSchema, item)
    if (bytes !== undefined) expect(inOrder(SpanSchema, bytes)).toEqual(inFull(SpanSchema, item))
    expect(bytes === undefined, String(size)).toBe(size < needed)
  }
})
