import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { expect, test } from 'vitest'

import { OtlpDecodeError } from './errors.ts'
import { ExportTraceServiceRequestSchema } from './gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { readResource, readScope, readSpan } from './read.ts'
import { decodeExport } from './receive.ts'

type SpanInit = MessageInitShape<typeof SpanSchema>

const traceId = new Uint8Array(16).fill(0xab)
const spanId = new Uint8Array(8).fill(0xcd)
const good: SpanInit = {
  traceId,
  spanId,
  name: 'GET /',
  kind: 2,
  startTimeUnixNano: 1544712660123456789n,
  endTimeUnixNano: 1544712660123456790n,
  status: { code: 2, message: 'boom' },
}

function bytesOf(span: SpanInit): Uint8Array {
  return toBinary(SpanSchema, create(SpanSchema, span))
}

/** A message of length-delimited fields. */
function message(...fields: [number, Uint8Array][]): Uint8Array {
  const writer = new BinaryWriter()
  for (const [number, bytes] of fields) writer.tag(number, WireType.LengthDelimited).bytes(bytes)
  return writer.finish()
}

function request(...spans: Uint8Array[]): Uint8Array {
  const scopeSpans = message(...spans.map((span): [number, Uint8Array] => [2, span]))
  return message([1, message([2, scopeSpans])])
}

function decode(...spans: Uint8Array[]): ReturnType<typeof decodeExport<'traces'>> {
  return decodeExport('traces', 'protobuf', request(...spans))
}

test('a scope that is cut off anywhere is no scope', () => {
  const item = message([2, bytesOf({ ...good, name: 'x'.repeat(200) })])
  for (let length = 1; length < item.length; length++) {
    const body = message([1, message([2, item.subarray(0, length)])])
    expect(() => decodeExport('traces', 'protobuf', body), `${length} bytes`).toThrow(OtlpDecodeError)
  }
})

test('columns are read, bytes are views of the body', () => {
  const body = toBinary(
    ExportTraceServiceRequestSchema,
    create(ExportTraceServiceRequestSchema, {
      resourceSpans: [
        {
          resource: {
            attributes: [{ key: 'service.name', value: { value: { case: 'stringValue', value: 'shop' } } }],
          },
          scopeSpans: [
            { scope: { name: 'lib', version: '1' }, spans: [good, { ...good, parentSpanId: spanId }] },
          ],
        },
      ],
    }),
  )
  const { rows, rejected } = decodeExport('traces', 'protobuf', body)
  expect(rejected).toBe(0)
  expect(rows).toMatchObject([
    {
      service: 'shop',
      name: 'GET /',
      kind: 2,
      startUnixNano: 1544712660123456789n,
      endUnixNano: 1544712660123456790n,
      statusCode: 2,
      parentSpanId: null,
    },
    { parentSpanId: spanId },
  ])
  for (const { span, resource, scope, traceId: id } of rows) {
    for (const bytes of [span, resource, scope, id]) expect(bytes.buffer).toBe(body.buffer)
  }
  expect(readScope(rows[0]!.scope)).toMatchObject({ name: 'lib', version: '1' })
})

test('fields may come in any order, a message in pieces, unknown fields anywhere', () => {
  const name = (value: string): Uint8Array =>
    toBinary(
      ResourceSchema,
      create(ResourceSchema, {
        attributes: [{ key: 'service.name', value: { value: { case: 'stringValue', value } } }],
      }),
    )
  const span = message([99, spanId], [2, spanId], [1, traceId], [777, traceId])
  const scopeSpans = message([50, spanId], [2, span], [1, new Uint8Array(0)])
  const body = message(
    [1, message([2, scopeSpans], [1, name('first')], [9, spanId], [1, name('last')])],
    [5, spanId],
  )
  const { rows } = decodeExport('traces', 'protobuf', body)
  expect(rows).toMatchObject([{ service: 'last', name: '', kind: 0, startUnixNano: 0n }])
  expect(readResource(rows[0]!.resource).attributes).toEqual({ 'service.name': 'last' })
})

test('an empty request succeeds', () => {
  expect(decodeExport('traces', 'protobuf', new Uint8Array(0))).toEqual({ rows: [], rejected: 0 })
  expect(decode()).toEqual({ rows: [], rejected: 0 })
})

test('a span with bad ids is rejected alone', () => {
  const bad: [SpanInit, string][] = [
    [{ ...good, traceId: new Uint8Array(0) }, 'trace_id is missing'],
    [{ ...good, traceId: new Uint8Array(16) }, 'trace_id is all zero'],
    [{ ...good, traceId: new Uint8Array(15).fill(1) }, 'trace_id is 15 bytes long, not 16'],
    [{ ...good, spanId: new Uint8Array(8) }, 'span_id is all zero'],
    [{ ...good, spanId: traceId }, 'span_id is 16 bytes long, not 8'],
    [{ ...good, parentSpanId: new Uint8Array(3) }, 'parent_span_id is 3 bytes long, not 8'],
    [{ ...good, endTimeUnixNano: 2n ** 63n }, 'end_time_unix_nano is out of range: 9223372036854775808'],
  ]
  for (const [span, reason] of bad) {
    const { rows, rejected, message: text } = decode(bytesOf(good), bytesOf(span), bytesOf(good))
    expect([rows.length, rejected, text]).toEqual([
      2,
      1,
      `resourceSpans[0].scopeSpans[0].spans[1]: ${reason}`,
    ])
  }
})

test('a parent id of zeros means none; ending before the start is kept', () => {
  const { rows } = decode(bytesOf({ ...good, parentSpanId: new Uint8Array(8), endTimeUnixNano: 1n }))
  expect(rows).toMatchObject([{ parentSpanId: null, endUnixNano: 1n }])
  expect(readSpan(rows[0]!.span).parentSpanId).toBe(null)
})

test('a span whose bytes are broken is rejected alone', () => {
  const whole = bytesOf(good)
  const tooDeep = Array.from({ length: 60 }).reduce<Uint8Array>(
    (inner) => message([5, message([1, inner])]),
    new Uint8Array(0),
  )
  const broken: [Uint8Array, RegExp][] = [
    [whole.subarray(0, whole.length - 1), /Span\.status runs past its end/],
    [message([1, traceId], [2, spanId], [9, Uint8Array.of(0x0a, 0x7f)]), /KeyValue\.key runs past its end/],
    [message([1, traceId], [2, spanId], [6, spanId]), /Span\.kind has wire type 2, not 0/],
    [Uint8Array.of(...whole, 0x30, ...Array<number>(12).fill(0xff)), /Span has a malformed varint/],
    [Uint8Array.of(...whole, 0x07), /impossible field tag/],
    [
      Uint8Array.of(...whole, ...Array.from({ length: 300 }, () => [0xf3, 0x01]).flat()),
      /nested more than 100 levels/,
    ],
    [message([1, traceId], [2, spanId], [9, message([2, tooDeep])]), /nested more than 100 levels/],
  ]
  for (const [span, reason] of broken) {
    const { rows, rejected, message: text } = decode(span, whole)
    expect([rows.length, rejected]).toEqual([1, 1])
    expect(text).toMatch(reason)
  }
})

test('text that is not UTF-8 is mended, not lost', () => {
  const cut = Buffer.from('Grüße').subarray(0, 3)
  const value = message([1, cut])
  const {
    rows,
    rejected,
    message: warning,
  } = decode(
    message([1, traceId], [2, spanId], [5, cut], [9, message([1, Buffer.from('k')], [2, value])], [200, cut]),
  )
  expect(rejected).toBe(0)
  expect(warning).toBe('text that is not UTF-8 was mended: resourceSpans[0].scopeSpans[0].spans[0]')
  expect(rows[0]!.name).toBe('Gr\ufffd')
  expect(readSpan(rows[0]!.span)).toMatchObject({ name: 'Gr\ufffd', attributes: { k: 'Gr\ufffd' } })
})

test('a body whose frames are broken is refused', () => {
  const body = request(bytesOf(good))
  for (const bad of [body.subarray(0, -1), Buffer.from('{"resourceSpans":[]}'), Uint8Array.of(0x08, 0x01)]) {
    expect(() => decodeExport('traces', 'protobuf', bad)).toThrow(OtlpDecodeError)
  }
  expect(() => decodeExport('traces', 'protobuf', body.subarray(0, -1))).toThrow(
    /^the request cannot be read/,
  )
})

test('what cannot be read back says so', () => {
  expect(() => readSpan(Uint8Array.of(0x0a, 0x7f))).toThrow(OtlpDecodeError)
})
