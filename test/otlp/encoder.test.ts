import { fromBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'

import { ExportLogsServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts'
import { ExportTraceServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import { readLogRecord, readResource, readSpan } from '../../collector/src/otlp/read.ts'
import { decodeExport } from '../../collector/src/otlp/receive.ts'
import { encodeLogs } from '../../packages/core/src/otlp/encode-logs.ts'
import { encodeTraces as encodeStored, writeSpan } from '../../packages/core/src/otlp/encode-spans.ts'
import type { LogRecord, SpanRecord } from '../../packages/core/src/otlp/records.ts'
import { encodeResource } from '../../packages/core/src/otlp/resource.ts'
import { SpanPages } from '../../packages/core/src/otlp/span-pages.ts'

const resource = encodeResource({ 'service.name': 'shop', 'service.version': undefined, pid: 42 })
const scope = { name: '@hubline/core', version: '0.1.0' }

const span: SpanRecord = {
  traceId: '0123456789abcdef0123456789ABCDEF',
  spanId: 'fedcba9876543210',
  parentSpanId: '1122334455667788',
  traceState: 'a=1',
  remoteParent: true,
  name: 'GET /users/:id',
  kind: 2,
  startMs: 1_790_000_000_123.456,
  durationMs: 12.345,
  attributes: {
    text: 'Grüße 🙂',
    long: 'x'.repeat(5000),
    none: undefined,
    int: 200,
    negative: -5,
    large: 2 ** 40,
    beyond: 2 ** 60,
    double: 0.1,
    nan: Number.NaN,
    yes: true,
    no: false,
    texts: ['a', 'b'],
    numbers: [1, 2.5],
    flags: [true, false],
    empty: [],
  },
  events: [{ name: 'exception', timeMs: 1_790_000_000_124, attributes: { 'exception.type': 'TypeError' } }],
  status: 2,
  statusMessage: 'boom',
}

const log: LogRecord = {
  timeMs: 1_790_000_000_123.001,
  severityNumber: 17,
  severityText: 'ERROR',
  eventName: 'http.server.request.exception',
  body: 'boom',
  attributes: { 'exception.type': 'TypeError' },
  traceId: span.traceId,
  spanId: span.spanId,
}

function encodeTraces(spans: readonly SpanRecord[]): Uint8Array {
  const pages = new SpanPages()
  const stored = spans.map((each) => pages.keep({ write: (writer) => writeSpan(writer, each) }))
  return Buffer.concat(encodeStored(resource, scope, stored))
}

test('a span arrives as it was', () => {
  const { rows, rejected } = decodeExport('traces', 'protobuf', encodeTraces([span, span]))
  expect([rows.length, rejected]).toEqual([2, 0])
  expect(rows[0]).toMatchObject({ service: 'shop', startUnixNano: 1_790_000_000_123_456_000n, statusCode: 2 })
  expect(readResource(rows[0]!.resource).attributes).toEqual({ 'service.name': 'shop', pid: 42 })
  expect(readSpan(rows[1]!.span)).toEqual({
    traceId: '0123456789abcdef0123456789abcdef',
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: 'a=1',
    flags: 0x301,
    name: span.name,
    kind: 'server',
    startTimeUnixNano: '1790000000123456000',
    endTimeUnixNano: '1790000000135801000',
    attributes: {
      text: 'Grüße 🙂',
      long: 'x'.repeat(5000),
      int: 200,
      negative: -5,
      large: 2 ** 40,
      beyond: 2 ** 60,
      double: 0.1,
      nan: 'NaN',
      yes: true,
      no: false,
      texts: ['a', 'b'],
      numbers: [1, 2.5],
      flags: [true, false],
      empty: [],
    },
    droppedAttributesCount: 0,
    events: [
      {
        name: 'exception',
        timeUnixNano: '1790000000124000000',
        attributes: { 'exception.type': 'TypeError' },
        droppedAttributesCount: 0,
      },
    ],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    status: { code: 'error', message: 'boom' },
  })
})

test('safe integers travel as int64, other numbers as double', () => {
  const request = fromBinary(ExportTraceServiceRequestSchema, encodeTraces([span]))
  const sent = request.resourceSpans[0]!.scopeSpans[0]!.spans[0]!
  const cases = new Map(sent.attributes.map(({ key, value }) => [key, value?.value.case]))
  expect(['int', 'negative', 'large', 'beyond', 'double', 'nan'].map((key) => cases.get(key))).toEqual([
    'intValue',
    'intValue',
    'intValue',
    'doubleValue',
    'doubleValue',
    'doubleValue',
  ])
  expect(request.resourceSpans[0]!.scopeSpans[0]!.scope).toMatchObject(scope)
})

test('a log record arrives as it was', () => {
  const body = encodeLogs(resource, scope, [
    log,
    { ...log, eventName: undefined, body: undefined, traceId: undefined },
  ])
  const { rows, message } = decodeExport('logs', 'protobuf', body)
  expect(message).toBe(undefined)
  expect(rows[0]).toMatchObject({ eventName: log.eventName, body: 'boom', severityNumber: 17 })
  expect(readLogRecord(rows[0]!.record)).toMatchObject({
    timeUnixNano: '1790000000123001000',
    observedTimeUnixNano: '1790000000123001000',
    severityText: 'ERROR',
    attributes: log.attributes,
    traceId: span.traceId.toLowerCase(),
    spanId: span.spanId,
  })
  expect(rows[1]).toMatchObject({ eventName: '', body: '', traceId: null })
  expect(
    fromBinary(ExportLogsServiceRequestSchema, body).resourceLogs[0]!.scopeLogs[0]!.logRecords.length,
  ).toBe(2)
})

test('nanoseconds are right to the microsecond', () => {
  for (let i = 0; i < 5000; i++) {
    const ms = 1_600_000_000_000 + Math.floor(Math.random() * 1e12)
    const [us, plusUs] = [Math.floor(Math.random() * 1000), Math.floor(Math.random() * 1e8)]
    const record = { ...span, startMs: ms + us / 1000, durationMs: plusUs / 1000, events: undefined }
    const { rows } = decodeExport('traces', 'protobuf', encodeTraces([record]))
    const start = BigInt(ms) * 1_000_000n + BigInt(us) * 1000n
    expect(rows[0]!.startUnixNano, `${ms} ${us}`).toBe(start)
    expect(rows[0]!.endUnixNano, `${ms} ${us} ${plusUs}`).toBe(start + BigInt(plusUs) * 1000n)
  }
})

test('a malformed id or a broken clock costs its own record only', () => {
  const body = encodeTraces([
    { ...span, traceId: 'short' },
    { ...span, spanId: 'zzzzzzzzzzzzzzzz' },
    { ...span, startMs: Number.NaN, durationMs: Number.POSITIVE_INFINITY },
    span,
  ])
  const { rows, rejected } = decodeExport('traces', 'protobuf', body)
  expect([rows.length, rejected]).toEqual([2, 2])
  expect(rows[0]!.startUnixNano).toBe(0n)
})
