import { expect, test } from 'vitest'

import { OtlpDecodeError } from './errors.ts'
import { readResource, readSpan } from './read.ts'
import { decodeExport } from './receive.ts'

const TRACE_ID = '5B8EFFF798038103D269B633813FC60C'
const SPAN_ID = 'EEE19B7EC3C1B174'
const good = {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  name: 'x',
  startTimeUnixNano: '1544712660000000001',
  endTimeUnixNano: '1544712661000000001',
}

function decodeText(text: string): ReturnType<typeof decodeExport<'traces'>> {
  return decodeExport('traces', 'json', Buffer.from(text))
}

/** Decodes a request of these spans; extra spaces as a hand-written body has them. */
function decodeSpans(...spans: unknown[]): ReturnType<typeof decodeExport<'traces'>> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  return decodeText(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }, null, 2))
}

/** The attribute that `value`, a piece of JSON, becomes. */
function attribute(value: string): unknown {
  const span = JSON.stringify({ ...good, attributes: [{ key: 'a', value: '?' }] }).replace('"?"', value)
  const { rows, message } = decodeText(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`)
  return message ?? readSpan(rows[0]!.span).attributes.a
}

test('ids are hex of either case', () => {
  const { rows, rejected } = decodeSpans(good, {
    ...good,
    traceId: TRACE_ID.toLowerCase(),
    parentSpanId: 'eEe19b7ec3c1b175',
    links: [{ traceId: TRACE_ID, spanId: SPAN_ID }],
  })
  expect(rejected).toBe(0)
  for (const row of rows) {
    expect(Buffer.from(row.traceId).toString('hex')).toBe(TRACE_ID.toLowerCase())
    expect(Buffer.from(row.spanId).toString('hex')).toBe(SPAN_ID.toLowerCase())
  }
  expect(rows[0]!.parentSpanId).toBe(null)
  expect(readSpan(rows[1]!.span)).toMatchObject({
    parentSpanId: 'eee19b7ec3c1b175',
    links: [{ traceId: TRACE_ID.toLowerCase(), spanId: SPAN_ID.toLowerCase() }],
  })
})

test('ids in base64 are rejected, and so is what is no id', () => {
  const base64 = Buffer.from(TRACE_ID, 'hex').toString('base64')
  for (const traceId of [base64, '0'.repeat(32), 'ab', '', 5, null, undefined, {}]) {
    const { rows, rejected, message } = decodeSpans(good, { ...good, traceId })
    expect([rows.length, rejected], String(traceId)).toEqual([1, 1])
    expect(message).toMatch(/^resourceSpans\[0]\.scopeSpans\[0]\.spans\[1]: .*trace_?id/i)
  }
})

test('enums are integers, by name too, and zero ones are absent', () => {
  const { rows } = decodeSpans(
    good,
    { ...good, kind: 2, status: { code: 2 } },
    { ...good, kind: 'SPAN_KIND_SERVER', status: { code: 'STATUS_CODE_ERROR' } },
    { ...good, kind: 77, status: {} },
  )
  expect(rows.map(({ kind, statusCode }) => [kind, statusCode])).toEqual([
    [0, 0],
    [2, 2],
    [2, 2],
    [77, 0],
  ])
  expect(readSpan(rows[3]!.span)).toMatchObject({ kind: 'unspecified', status: { code: 'unset' } })
})

test('unknown fields are ignored, at every level', () => {
  const span = { ...good, future: { a: [1] }, status: { code: 1, other: true }, links: [{ odd: 1 }] }
  const text = JSON.stringify({
    resourceSpans: [{ resource: { novel: 1 }, extra: 0, scopeSpans: [{ scope: { x: 1 }, spans: [span] }] }],
    __proto__: 1,
    more: 'x',
  })
  expect(decodeText(text)).toMatchObject({
    rejected: 0,
    rows: [{ service: 'unknown_service', statusCode: 1 }],
  })
})

test('64-bit integers are exact, as strings and as numbers', () => {
  const spans = ['"1544712660123456789"', '1544712660123456789', '1.544712660123456789e18', '1544712660E9']
  const nanos = spans.map((literal) => {
    const span = JSON.stringify({ ...good, startTimeUnixNano: '?' }).replace('"?"', literal)
    return decodeText(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`).rows[0]!.startUnixNano
  })
  expect(nanos).toEqual([
    1544712660123456789n,
    1544712660123456789n,
    1544712660123456789n,
    1544712660000000000n,
  ])
  expect(attribute('{"intValue": 9223372036854775807}')).toBe('9223372036854775807')
  expect(attribute('{"intValue":"-9223372036854775808"}')).toBe('-9223372036854775808')
  expect(attribute('{"intValue":9223372036854775808}')).toMatch(/int_value/)
  expect(attribute('{"intValue":7}')).toBe(7)
  expect(attribute('{"doubleValue":12345678901234567890}')).toBe(Number('12345678901234567890'))
  expect(attribute('{"doubleValue":1e300}')).toBe(1e300)
  expect(attribute('{"stringValue":":1234567890123456789"}')).toBe(':1234567890123456789')
})

test('attribute values: empty, bytes in base64, mixed arrays, nested kvlists, special doubles', () => {
  expect(attribute('{}')).toBe(null)
  expect(attribute('null')).toBe(null)
  expect(attribute('{"stringValue":""}')).toBe('')
  expect(attribute('{"boolValue":false}')).toBe(false)
  expect(attribute('{"bytesValue":"AP8="}')).toBe('AP8=')
  expect(attribute('{"doubleValue":"NaN"}')).toBe('NaN')
  expect(attribute('{"doubleValue":"-Infinity"}')).toBe('-Infinity')
  expect(attribute('{"doubleValue":0.5}')).toBe(0.5)
  expect(attribute('{"arrayValue":{}}')).toEqual([])
  expect(attribute('{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"b"},{}]}}')).toEqual([
    1,
    'b',
    null,
  ])
  const nested = '{"kvlistValue":{"values":[{"key":"b","value":{"intValue":1}}]}}'
  expect(attribute(`{"kvlistValue":{"values":[{"key":"a","value":${nested}}]}}`)).toEqual({ a: { b: 1 } })
  expect(attribute('{"stringValue":"cut \\ud83d"}')).toBe('cut \ufffd')
})

test('a key such as __proto__ is a key like any other', () => {
  const attributes = [
    { key: '__proto__', value: { stringValue: 'mine' } },
    { key: 'toString', value: { intValue: 1 } },
  ]
  const { rows } = decodeSpans({ ...good, attributes })
  const read = readSpan(rows[0]!.span).attributes
  expect(JSON.stringify(read)).toBe('{"__proto__":"mine","toString":1}')
  expect(Object.keys(structuredClone(read))).toEqual(['__proto__', 'toString'])
})

test('a span of the wrong type is rejected alone', () => {
  const bad = [
    null,
    5,
    'span',
    [],
    { ...good, name: 5 },
    { ...good, attributes: {} },
    { ...good, links: [1] },
  ]
  const late = { ...good, endTimeUnixNano: '18446744073709551615' }
  const { rows, rejected, message } = decodeSpans(good, ...bad, late, good)
  expect([rows.length, rejected]).toEqual([2, bad.length + 1])
  expect(message).toMatch(/spans\[1].*; .*spans\[2].*; .*spans\[3].*; and 5 more$/)
  expect(message!.length).toBeLessThan(1000)
})

test('too deep a value is rejected alone', () => {
  const depth = 20_000
  const deep = '{"arrayValue":{"values":['.repeat(depth) + '{}' + ']}}'.repeat(depth)
  expect(attribute(deep)).toMatch(/recursion depth/)
})

test('a bad resource takes its own spans with it', () => {
  const scopeSpans = [{ spans: [good, good] }]
  const text = JSON.stringify({ resourceSpans: [{ resource: 5, scopeSpans }, { scopeSpans }] })
  expect(decodeText(text)).toMatchObject({ rejected: 2, rows: [{}, {}] })
})

test('an empty request succeeds', () => {
  for (const text of ['{}', ' {"resourceSpans":[]}', '{"resourceSpans":null}', '{"resourceSpans":[{}]}']) {
    expect(decodeText(text)).toEqual({ rows: [], rejected: 0 })
  }
})

test('what is no request is refused with a reason', () => {
  const refused: [string, RegExp][] = [
    ['', /JSON/],
    ['{"resourceSpans":', /JSON/],
    ['[]', /^the request is not an object$/],
    ['null', /^the request is not an object$/],
    ['{"resourceSpans":{}}', /^resourceSpans is not an array$/],
    ['{"resourceSpans":[1]}', /^resourceSpans\[0] is not an object$/],
    [
      '{"resourceSpans":[{"scopeSpans":[{"spans":5}]}]}',
      /^resourceSpans\[0].scopeSpans\[0].spans is not an array$/,
    ],
  ]
  for (const [text, message] of refused) {
    expect(() => decodeText(text), text).toThrow(OtlpDecodeError)
    expect(() => decodeText(text), text).toThrow(message)
  }
})

test('names in snake_case are taken too', () => {
  const span = { trace_id: TRACE_ID, span_id: SPAN_ID, start_time_unix_nano: 5 }
  const { rows } = decodeText(JSON.stringify({ resource_spans: [{ scope_spans: [{ spans: [span] }] }] }))
  expect(rows).toMatchObject([{ startUnixNano: 5n }])
})

test('the service is the resource’s, its other attributes can be read', () => {
  const { rows } = decodeSpans(good)
  expect(rows[0]!.service).toBe('shop')
  expect(readResource(rows[0]!.resource)).toEqual({
    attributes: { 'service.name': 'shop' },
    droppedAttributesCount: 0,
  })
})
