import { expect, test } from 'vitest'

import { decodeExport } from './receive.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

type Pairs = Record<string, unknown>

const attributes = (pairs: Pairs) =>
  Object.entries(pairs).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
  }))

const encode = (body: unknown) => Buffer.from(JSON.stringify(body))

/** Marks of a span with events of these attributes, as hex. */
function ofSpan(events: Pairs[], spanId = SPAN): (string | null)[] {
  const span = {
    traceId: TRACE,
    spanId,
    events: events.map((pairs) => ({ name: 'exception', attributes: attributes(pairs) })),
  }
  const { rows } = decodeExport(
    'traces',
    'json',
    encode({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  )
  return rows[0]!.exceptions.map(({ mark }) => mark && Buffer.from(mark).toString('hex'))
}

/** The same of a log record. */
function ofLog(pairs: Pairs, ids: object = { traceId: TRACE, spanId: SPAN }): (string | null)[] {
  const logRecords = [{ ...ids, attributes: attributes(pairs) }]
  const { rows } = decodeExport('logs', 'json', encode({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  return rows[0]!.exceptions.map(({ mark }) => mark && Buffer.from(mark).toString('hex'))
}

const boom = { 'exception.type': 'TypeError', 'exception.message': 'boom', 'exception.stacktrace': 'at x' }

test('the same exception has the same mark in both signals', () => {
  const [mark] = ofSpan([boom])
  expect(mark).toMatch(/^[0-9a-f]{32}$/)
  expect(ofLog(boom)).toEqual([mark])
  expect(ofLog({ ...boom, 'exception.stacktrace': 'at x\nat y', more: 'x' })).toEqual([mark])
  expect(ofLog(boom, { traceId: TRACE.toUpperCase(), spanId: SPAN })).toEqual([mark])
  const long = (message: string) => ({ ...boom, 'exception.message': message })
  expect(ofLog(long('x'.repeat(500)))).toEqual(ofSpan([long('x'.repeat(128))]))
})

test('another type, message or span is another exception', () => {
  const marks = [
    ...ofSpan([boom, { ...boom, 'exception.type': 'RangeError' }, { ...boom, 'exception.message': 'bang' }]),
    ...ofSpan([boom], 'b7ad6b7169203332'),
    ...ofLog({ 'exception.message': 'boom' }),
    ...ofLog({ 'exception.type': 'boom' }),
  ]
  expect(new Set(marks).size).toBe(6)
})

test('an exception that a span tells twice is one, and one outside any span has no mark', () => {
  expect(ofSpan([boom, boom])).toHaveLength(1)
  expect(ofLog(boom, {})).toEqual([null])
  expect(ofLog(boom, { traceId: TRACE })).toEqual([null])
})

test('what only looks like an exception is none', () => {
  expect(ofSpan([{ 'exception.escaped': 'false' }, { note: 'see exception.type' }])).toEqual([])
  expect(ofSpan([])).toEqual([])
  expect(ofLog({ 'exception.type': 7, 'exception.message': '' })).toEqual([])
})
