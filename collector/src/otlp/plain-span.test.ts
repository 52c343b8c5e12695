import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { checkMessage } from './check.ts'
import type { KeyValueSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { plainSpanRow } from './plain-span.ts'
import { spanRow } from './span-row.ts'

type SpanInit = MessageInitShape<typeof SpanSchema>
type Attribute = MessageInitShape<typeof KeyValueSchema>

const origin = { service: 'shop', resource: new Uint8Array([1]), scope: new Uint8Array([2]) }
const text = (key: string, value: string): Attribute => ({
  key,
  value: { value: { case: 'stringValue', value } },
})
const integer = (value: bigint): Attribute => ({ key: 'n', value: { value: { case: 'intValue', value } } })

const plain: SpanInit = {
  traceId: Uint8Array.from({ length: 16 }, (_, at) => at),
  spanId: new Uint8Array(8).fill(0xcd),
  parentSpanId: new Uint8Array(8).fill(0xef),
  traceState: 'vendor=1',
  flags: 0x101,
  name: 'GET /users/:id',
  kind: 2,
  startTimeUnixNano: 1_544_712_660_123_456_789n,
  endTimeUnixNano: 1_544_712_660_123_456_790n,
  attributes: [
    text('http.route', '/users/:id'),
    text('long', 'x'.repeat(300)),
    text('empty', ''),
    integer(200n),
    integer(-1n),
    { key: 'b', value: { value: { case: 'boolValue', value: true } } },
    { key: 'd', value: { value: { case: 'doubleValue', value: 0.5 } } },
    { key: 'none', value: {} },
  ],
  droppedAttributesCount: 3,
  status: { code: 2 },
}

const variants: Record<string, SpanInit> = {
  'with a parent of zeros': { ...plain, parentSpanId: new Uint8Array(8) },
  'with little': { traceId: plain.traceId!, spanId: plain.spanId! },
}

const others: Record<string, SpanInit> = {
  'text that is not ASCII': { ...plain, name: 'Grüße' },
  'a key that is not ASCII': { ...plain, attributes: [text('Grüße', '')] },
  'a value that is not ASCII': { ...plain, attributes: [text('a', '…')] },
  'an attribute without a value': { ...plain, attributes: [{ key: 'a' }] },
  'a list': {
    ...plain,
    attributes: [{ key: 'l', value: { value: { case: 'arrayValue', value: { values: [] } } } }],
  },
  bytes: {
    ...plain,
    attributes: [{ key: 'l', value: { value: { case: 'bytesValue', value: new Uint8Array(3) } } }],
  },
  'a very long text': { ...plain, attributes: [text('a', 'x'.repeat(20_000))] },
  'too many attributes': { ...plain, attributes: Array.from({ length: 1001 }, () => integer(1n)) },
  'a status message': { ...plain, status: { code: 2, message: 'boom' } },
  events: { ...plain, events: [{ name: 'exception' }] },
  links: { ...plain, links: [{ traceId: plain.traceId!, spanId: plain.spanId! }] },
  'no trace id': { ...plain, traceId: new Uint8Array(0) },
  'a trace id of zeros': { ...plain, traceId: new Uint8Array(16) },
  'a span id of zeros': { ...plain, spanId: new Uint8Array(8) },
  'a short parent': { ...plain, parentSpanId: new Uint8Array(4) },
  'a time that cannot be stored': { ...plain, endTimeUnixNano: 2n ** 63n },
}

const encode = (span: SpanInit): Uint8Array => toBinary(SpanSchema, create(SpanSchema, span))

/** The bytes within others, as a span lies in a request. */
function within(bytes: Uint8Array): Uint8Array {
  const body = new Uint8Array(bytes.length + 20).fill(0x41)
  body.set(bytes, 7)
  return body.subarray(7, 7 + bytes.length)
}

function expectSame(bytes: Uint8Array): boolean {
  const span = within(bytes)
  const row = plainSpanRow(span, origin)
  if (!row) return false
  const where = Buffer.from(span).toString('base64')
  expect(checkMessage(SpanSchema, span), where).toBe(span)
  expect(row, where).toEqual(spanRow(span, origin))
  return true
}

test.each(Object.entries({ ...variants, plain }))('a plain span %s has the row that all have', (_, span) => {
  expect(expectSame(encode(span))).toBe(true)
})

test.each(Object.entries(others))('a span with %s is none', (_, span) => {
  expect(plainSpanRow(within(encode(span)), origin)).toBeUndefined()
})

test('what is cut off is none', () => {
  const whole = encode(plain)
  for (let length = 0; length < whole.length; length++) expectSame(whole.subarray(0, length))
  expect(plainSpanRow(within(whole.subarray(0, -1)), origin)).toBeUndefined()
})

test('a changed byte never makes a span plain that is not', () => {
  const whole = encode(plain)
  let taken = 0
  for (let at = 0; at < whole.length; at++) {
    for (const value of [
      0,
      1,
      2,
      8,
      9,
      10,
      16,
      18,
      0x21,
      0x7f,
      0x80,
      0x85,
      0xff,
      whole[at]! ^ 1,
      whole[at]! + 1,
    ]) {
      const changed = Uint8Array.from(whole)
      changed[at] = value
      if (expectSame(changed)) taken++
    }
  }
  expect(taken).toBeGreaterThan(1000)
})
