import fc, { type Arbitrary } from 'fast-check'
import { hex, nearly, odd } from './odd.ts'

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
