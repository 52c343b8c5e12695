import { context, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'

import {
  readLogRecord,
  readMetric,
  readResource,
  readScope,
  readSpan,
} from '../../collector/src/otlp/read.ts'
import { decodeExport } from '../../collector/src/otlp/receive.ts'
import type { OtlpOrigin } from '../../collector/src/store/rows.ts'

const resource = resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 4711 })

/** Rows of the two encodings hold other bytes for the same thing: compare what can be read from them. */
function readable<Row extends OtlpOrigin, Key extends keyof Row>(
  rows: Row[],
  key: Key,
  read: (bytes: Uint8Array) => unknown,
): unknown[] {
  return rows.map((row) => ({
    ...row,
    resource: readResource(row.resource),
    scope: readScope(row.scope),
    [key]: read(row[key] as Uint8Array),
  }))
}

test('spans of the official SDK give the same rows in both encodings', () => {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const tracer = provider.getTracer('orders', '1.2.3')
  const remote = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  }
  const parent = trace.setSpanContext(context.active(), remote)
  const span = tracer.startSpan(
    'GET /orders/:id',
    {
      kind: SpanKind.SERVER,
      startTime: [1_790_000_000, 123_456_789],
      links: [{ context: { ...remote, spanId: '12'.repeat(8) }, attributes: { why: 'retry' } }],
      attributes: { text: 'Grüße', int: 7, double: 1.5, yes: true, list: ['a', 'b'], empty: '' },
    },
    parent,
  )
  span.addEvent('cache miss', { key: 'k' }, [1_790_000_000, 223_456_789])
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'no such order' })
  span.end([1_790_000_001, 987_654_321])
  tracer.startSpan('root').end()
  const spans = exporter.getFinishedSpans()

  const binary = decodeExport('traces', 'protobuf', ProtobufTraceSerializer.serializeRequest(spans)!)
  const json = decodeExport('traces', 'json', JsonTraceSerializer.serializeRequest(spans)!)
  expect([binary.rejected, binary.message, binary.rows.length]).toEqual([0, undefined, 2])
  expect(readable(json.rows, 'span', readSpan)).toEqual(readable(binary.rows, 'span', readSpan))

  const [row] = binary.rows
  expect(row).toMatchObject({
    service: 'shop',
    name: 'GET /orders/:id',
    kind: 2,
    startUnixNano: 1_790_000_000_123_456_789n,
    endUnixNano: 1_790_000_001_987_654_321n,
    statusCode: 2,
  })
  expect(binary.rows[1]!.parentSpanId).toBe(null)
  expect(readSpan(row!.span)).toMatchObject({
    traceId: remote.traceId,
    parentSpanId: remote.spanId,
    flags: 0x301,
    kind: 'server',
    status: { code: 'error', message: 'no such order' },
    attributes: { text: 'Grüße', int: 7, double: 1.5, yes: true, list: ['a', 'b'], empty: '' },
    events: [{ name: 'cache miss', timeUnixNano: '1790000000223456789', attributes: { key: 'k' } }],
    links: [{ spanId: '12'.repeat(8), attributes: { why: 'retry' } }],
  })
  expect(readResource(row!.resource).attributes).toMatchObject({ 'process.pid': 4711 })
  expect(readScope(row!.scope)).toMatchObject({ name: 'orders', version: '1.2.3' })
})

test('logs of the official SDK give the same rows in both encodings', () => {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('orders')
  logger.emit({ eventName: 'order.placed', severityNumber: 9, severityText: 'INFO', body: 'placed' })
  logger.emit({
    timestamp: [1_790_000_000, 5],
    body: { nested: [1, 'two', { three: true }], raw: new Uint8Array([0, 255]) },
  })
  const records = exporter.getFinishedLogRecords()

  const binary = decodeExport('logs', 'protobuf', ProtobufLogsSerializer.serializeRequest(records)!)
  const json = decodeExport('logs', 'json', JsonLogsSerializer.serializeRequest(records)!)
  expect([binary.rejected, binary.message, binary.rows.length]).toEqual([0, undefined, 2])
  expect(readable(json.rows, 'record', readLogRecord)).toEqual(readable(binary.rows, 'record', readLogRecord))
  expect(binary.rows[0]).toMatchObject({
    eventName: 'order.placed',
    severityNumber: 9,
    body: 'placed',
    traceId: null,
  })
  expect(binary.rows[1]).toMatchObject({ timeUnixNano: 1_790_000_000_000_000_005n })
  expect(JSON.parse(binary.rows[1]!.body)).toEqual({ nested: [1, 'two', { three: true }], raw: 'AP8=' })
})

class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

test('metrics of the official SDK give the same rows in both encodings', async () => {
  const reader = new ManualReader()
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter('orders')
  const counter = meter.createCounter('orders.placed', { unit: '{order}' })
  counter.add(2, { region: 'eu' })
  counter.add(3, { region: 'us' })
  meter.createHistogram('http.server.request.duration', { unit: 's' }).record(0.25)
  meter.createObservableGauge('temperature').addCallback((result) => result.observe(-1.5))
  const { resourceMetrics } = await reader.collect()

  const binary = decodeExport(
    'metrics',
    'protobuf',
    ProtobufMetricsSerializer.serializeRequest(resourceMetrics)!,
  )
  const json = decodeExport('metrics', 'json', JsonMetricsSerializer.serializeRequest(resourceMetrics)!)
  expect(readable(json.rows, 'metric', readMetric)).toEqual(readable(binary.rows, 'metric', readMetric))
  expect(binary.message).toBe(undefined)
  expect(binary.rows.map(({ name, type, unit, dataPoints }) => [name, type, unit, dataPoints])).toEqual([
    ['orders.placed', 'sum', '{order}', 2],
    ['http.server.request.duration', 'histogram', 's', 1],
    ['temperature', 'gauge', '', 1],
  ])
  expect(binary.rows.every((row) => row.timeUnixNano > 1_700_000_000_000_000_000n)).toBe(true)
  expect(readMetric(binary.rows[0]!.metric)).toMatchObject({
    type: 'sum',
    temporality: 'cumulative',
    monotonic: true,
    dataPoints: [
      { value: 2, attributes: { region: 'eu' } },
      { value: 3, attributes: { region: 'us' } },
    ],
  })
  expect(readMetric(binary.rows[1]!.metric)).toMatchObject({
    dataPoints: [{ count: 1, sum: 0.25, min: 0.25 }],
  })
})
