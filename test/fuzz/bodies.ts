import { create, toBinary, type DescMessage } from '@bufbuild/protobuf'
import fc, { type Arbitrary } from 'fast-check'
import { ExportLogsServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts'
import { ExportMetricsServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts'
import { ExportTraceServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'

/** Values that are read wrongly somewhere: ends of ranges, names with a meaning to programs, text that is none. */
const odd: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '\u0000',
    '\ud800',
    '__proto__',
    'constructor',
    "'; DROP TABLE events; --",
    '../../etc/passwd',
    '9223372036854775808',
    '-1',
    '2026-13-45T99:99:99Z',
    '9999-12-31T23:59:59.999999999Z',
    0,
    -0,
    -1,
    1e308,
    2 ** 53,
    null,
    [],
    {},
    { __proto__: null, toString: 1 },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
)

const time = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(1.75e12) })
      .map((date) => date.toISOString()),
  },
  { weight: 1, arbitrary: odd },
)

/** Objects with the fields of `shape`, each now and then missing or something else. */
const nearly = (shape: Record<string, Arbitrary<unknown>>): Arbitrary<unknown> =>
  fc
    .tuple(
      fc.record(
        Object.fromEntries(
          Object.entries(shape).map(([name, each]) => [
            name,
            fc.oneof({ weight: 20, arbitrary: each }, { weight: 1, arbitrary: odd }),
          ]),
        ),
      ),
      fc.dictionary(fc.string({ maxLength: 12 }), odd, { maxKeys: 1 }),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.subarray(Object.keys(shape)) },
      ),
    )
    .map(([known, more, missing]) => {
      const made: Record<string, unknown> = { ...more, ...known }
      for (const name of missing) delete made[name]
      return made
    })

const name = fc.constantFrom(
  'AppRegistered',
  'AgentHeartbeat',
  'InteractionDetected',
  'ErrorReported',
  'LifecycleChanged',
  'MetricReported',
  'shop.order.placed',
)
const severity = fc.constantFrom('debug', 'info', 'warning', 'error', 'critical')
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length })
const payload = fc.dictionary(
  fc.constantFrom(
    'state',
    'status',
    'generated',
    'dropped',
    'interval_s',
    'message',
    'error_type',
    'trace',
    'action',
    'value',
    'host',
    'version',
    'fingerprint',
  ),
  odd,
)

export const hubEvent: Arbitrary<unknown> = nearly({
  id: fc.ulid(),
  type: name,
  source: fc.constantFrom('shop', 'payments', 'catalog'),
  occurred_at: time,
  payload,
  version: fc.integer({ min: 1, max: 255 }),
  env: fc.constantFrom('test', 'production'),
  instance: fc.uuid(),
  seq: fc.nat(),
  severity,
  correlation_id: fc.uuid(),
  trace_id: hex(32),
  span_id: hex(16),
  tags: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
})

export const meshEvent: Arbitrary<unknown> = nearly({
  event_type: name,
  source_service: fc.constantFrom('shop', 'payments'),
  payload,
  priority: fc.oneof(fc.constantFrom('low', 'normal', 'high', 'critical'), fc.integer()),
  timestamp: time,
  correlation_id: fc.uuid(),
  metadata: payload,
})

export const ecosystemEvent: Arbitrary<unknown> = nearly({
  event_id: fc.uuid(),
  timestamp: time,
  source_system: fc.constantFrom('mahavishnu', 'akosha'),
  event_type: name,
  severity,
  correlation_id: fc.uuid(),
  data: payload,
  tags: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
})

const attributes = fc.array(
  nearly({
    key: fc.constantFrom(
      'service.name',
      'service.instance.id',
      'exception.type',
      'exception.message',
      'exception.stacktrace',
      'http.route',
    ),
    value: nearly({
      stringValue: fc.string(),
      intValue: fc.integer(),
      doubleValue: fc.double(),
      arrayValue: odd,
      kvlistValue: odd,
      bytesValue: odd,
    }),
  }),
  { maxLength: 4 },
)
const nanos = fc.bigInt({ min: -1n, max: 2n ** 64n }).map(String)
const scoped = (list: string, item: Arbitrary<unknown>, scopes: string, resources: string) =>
  nearly({
    [resources]: fc.array(
      nearly({
        resource: nearly({ attributes }),
        [scopes]: fc.array(
          nearly({
            scope: nearly({ name: fc.string(), attributes }),
            [list]: fc.array(item, { maxLength: 3 }),
          }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 2 },
    ),
  })

const point = nearly({
  attributes,
  timeUnixNano: nanos,
  startTimeUnixNano: nanos,
  asInt: fc.integer(),
  asDouble: fc.double(),
  count: nanos,
  sum: fc.double(),
  bucketCounts: fc.array(nanos, { maxLength: 4 }),
  explicitBounds: fc.array(fc.double(), { maxLength: 4 }),
  scale: fc.integer(),
  positive: nearly({ offset: fc.integer(), bucketCounts: fc.array(nanos, { maxLength: 4 }) }),
  quantileValues: fc.array(nearly({ quantile: fc.double(), value: fc.double() }), { maxLength: 2 }),
  exemplars: fc.array(nearly({ traceId: hex(32), asDouble: fc.double() }), { maxLength: 2 }),
})
const points = nearly({
  dataPoints: fc.array(point, { maxLength: 3 }),
  aggregationTemporality: fc.integer({ min: -1, max: 4 }),
  isMonotonic: fc.boolean(),
})

/** Export requests of each signal as JSON. */
export const exportJson: Record<'traces' | 'logs' | 'metrics', Arbitrary<unknown>> = {
  traces: scoped(
    'spans',
    nearly({
      traceId: hex(32),
      spanId: hex(16),
      parentSpanId: hex(16),
      name: fc.string(),
      kind: fc.integer({ min: -1, max: 9 }),
      startTimeUnixNano: nanos,
      endTimeUnixNano: nanos,
      attributes,
      status: nearly({ code: fc.integer({ min: -1, max: 4 }), message: fc.string() }),
      events: fc.array(nearly({ name: fc.constant('exception'), timeUnixNano: nanos, attributes }), {
        maxLength: 2,
      }),
      links: fc.array(nearly({ traceId: hex(32), spanId: hex(16) }), { maxLength: 2 }),
    }),
    'scopeSpans',
    'resourceSpans',
  ),
  logs: scoped(
    'logRecords',
    nearly({
      timeUnixNano: nanos,
      observedTimeUnixNano: nanos,
      severityNumber: fc.integer({ min: -1, max: 30 }),
      body: nearly({ stringValue: fc.string() }),
      attributes,
      traceId: hex(32),
      spanId: hex(16),
      eventName: fc.string(),
    }),
    'scopeLogs',
    'resourceLogs',
  ),
  metrics: scoped(
    'metrics',
    nearly({
      name: fc.string(),
      unit: fc.string(),
      gauge: points,
      sum: points,
      histogram: points,
      exponentialHistogram: points,
      summary: points,
    }),
    'scopeMetrics',
    'resourceMetrics',
  ),
}

/** A whole export request, from which damaged ones are made. */
function whole<Schema extends DescMessage>(schema: Schema, init: object): Uint8Array {
  return toBinary(schema, create(schema, init as never))
}

const resource = {
  attributes: [{ key: 'service.name', value: { value: { case: 'stringValue', value: 'shop' } } }],
}
const traceId = new Uint8Array(16).fill(7)
const spanId = new Uint8Array(8).fill(9)
const exception = [
  { key: 'exception.type', value: { value: { case: 'stringValue', value: 'TypeError' } } },
  {
    key: 'exception.stacktrace',
    value: { value: { case: 'stringValue', value: 'TypeError: x\n    at f (a.js:1:2)' } },
  },
]

const WHOLE = {
  traces: whole(ExportTraceServiceRequestSchema, {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            scope: { name: 'a' },
            spans: [1, 2].map((n) => ({
              traceId,
              spanId: spanId.map((byte) => byte + n),
              name: 'GET /',
              kind: 2,
              startTimeUnixNano: 1n,
              endTimeUnixNano: 2n,
              events: [{ name: 'exception', attributes: exception }],
            })),
          },
        ],
      },
    ],
  }),
  logs: whole(ExportLogsServiceRequestSchema, {
    resourceLogs: [
      {
        resource,
        scopeLogs: [
          { logRecords: [{ timeUnixNano: 1n, severityNumber: 17, traceId, spanId, attributes: exception }] },
        ],
      },
    ],
  }),
  metrics: whole(ExportMetricsServiceRequestSchema, {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'a',
                data: {
                  case: 'sum',
                  value: {
                    isMonotonic: true,
                    aggregationTemporality: 2,
                    dataPoints: [{ timeUnixNano: 5n, value: { case: 'asInt', value: 3n } }],
                  },
                },
              },
              {
                name: 'b',
                data: {
                  case: 'histogram',
                  value: {
                    aggregationTemporality: 1,
                    dataPoints: [
                      { timeUnixNano: 5n, count: 3n, sum: 1, bucketCounts: [1n, 2n], explicitBounds: [1] },
                    ],
                  },
                },
              },
              {
                name: 'c',
                data: {
                  case: 'exponentialHistogram',
                  value: {
                    dataPoints: [
                      {
                        timeUnixNano: 5n,
                        count: 3n,
                        scale: 1,
                        positive: { offset: 1, bucketCounts: [1n, 2n] },
                      },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    ],
  }),
}

/** Export requests of each signal as protobuf, with some bytes changed, cut out or put in; and bytes that never were one. */
export const exportProtobuf: Record<'traces' | 'logs' | 'metrics', Arbitrary<Uint8Array>> = {
  traces: damaged(WHOLE.traces),
  logs: damaged(WHOLE.logs),
  metrics: damaged(WHOLE.metrics),
}

function damaged(bytes: Uint8Array): Arbitrary<Uint8Array> {
  const place = fc.nat({ max: bytes.length - 1 })
  const change = fc.oneof(
    fc.record({ how: fc.constant('set' as const), place, byte: fc.nat({ max: 255 }) }),
    fc.record({ how: fc.constant('cut' as const), place, length: fc.integer({ min: 1, max: 20 }) }),
    fc.record({
      how: fc.constant('put' as const),
      place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    }),
    fc.record({ how: fc.constant('end' as const), place }),
  )
  const changed = fc.array(change, { maxLength: 2 }).map((changes) => {
    let made = Buffer.from(bytes)
    for (const each of changes) {
      const { place: at } = each
      if (each.how === 'set' && at < made.length) made[at] = each.byte
      if (each.how === 'cut') made = Buffer.concat([made.subarray(0, at), made.subarray(at + each.length)])
      if (each.how === 'put') made = Buffer.concat([made.subarray(0, at), each.bytes, made.subarray(at)])
      if (each.how === 'end') made = made.subarray(0, at)
    }
    return new Uint8Array(made)
  })
  return fc.oneof(
    { weight: 5, arbitrary: changed },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  )
}

/** JSON text, now and then broken, and text that never was any. */
export function textOf(value: Arbitrary<unknown>): Arbitrary<Uint8Array> {
  const text = fc
    .tuple(value, fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat() }))
    .map(([each, cut]) => {
      const json = JSON.stringify(each) ?? 'null'
      return cut === null ? json : json.slice(0, cut % (json.length + 1))
    })
  return fc.oneof(
    { weight: 8, arbitrary: text.map((each) => new TextEncoder().encode(each)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 1, max: 3000 })
        .map((depth) => new TextEncoder().encode('['.repeat(depth))),
    },
  )
}
