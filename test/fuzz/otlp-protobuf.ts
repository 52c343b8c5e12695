import { create, toBinary, type DescMessage } from '@bufbuild/protobuf'
import fc, { type Arbitrary } from 'fast-check'
import { ExportLogsServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts'
import { ExportMetricsServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts'
import { ExportTraceServiceRequestSchema } from '../../collector/src/otlp/gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'

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
