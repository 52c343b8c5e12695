import fc from 'fast-check'

/** Telemetry in OTLP's JSON with all fields and odd values in them, by signal. */

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\u0000', '\u2028', '"\\', 'ÿ🙂'))
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String)
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
const double = fc
  .double()
  .map((value) => (Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : value) : String(value)))
const uint32 = fc.nat({ max: 2 ** 32 - 1 })
const bytes = fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value).toString('base64'))
const hex = (digits: number) =>
  fc.bigInt({ min: 1n, max: 16n ** BigInt(digits) - 1n }).map((id) => id.toString(16).padStart(digits, '0'))
// Storable times end in April 2262.
const nanos = uint64

const { value } = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: int64 }),
    fc.record({ doubleValue: double }),
    fc.record({ bytesValue: bytes }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({
        values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }),
      }),
    }),
  ),
}))
const attributes = fc.array(fc.record({ key: text, value }), { maxLength: 4 })
const dropped = { attributes, droppedAttributesCount: uint32 }

const span = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: fc.oneof(hex(16), fc.constant('')),
  traceState: text,
  flags: uint32,
  name: text,
  kind: fc.integer({ min: 0, max: 5 }),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  ...dropped,
  events: fc.array(fc.record({ timeUnixNano: nanos, name: text, ...dropped }), { maxLength: 2 }),
  droppedEventsCount: uint32,
  links: fc.array(
    fc.record({ traceId: hex(32), spanId: hex(16), traceState: text, flags: uint32, ...dropped }),
    {
      maxLength: 2,
    },
  ),
  droppedLinksCount: uint32,
  status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
})

const logRecord = fc.record({
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: text,
  eventName: text,
  body: value,
  ...dropped,
  flags: uint32,
  traceId: fc.oneof(hex(32), fc.constant('')),
  spanId: fc.oneof(hex(16), fc.constant('')),
})

const number = fc.oneof(fc.record({ asInt: int64 }), fc.record({ asDouble: double }))
const exemplars = fc.array(
  fc
    .tuple(
      fc.record({ timeUnixNano: nanos, spanId: hex(16), traceId: hex(32), filteredAttributes: attributes }),
      number,
    )
    .map(([rest, measured]) => ({ ...rest, ...measured })),
  { maxLength: 2 },
)
const point = { attributes, startTimeUnixNano: nanos, timeUnixNano: nanos, flags: uint32 }
const numberPoint = fc
  .tuple(fc.record({ ...point, exemplars }), number)
  .map(([rest, measured]) => ({ ...rest, ...measured }))
const buckets = fc.record({
  offset: fc.integer({ min: -50, max: 50 }),
  bucketCounts: fc.array(uint64, { maxLength: 4 }),
})
const temporality = fc.integer({ min: 0, max: 2 })
const points = <Point>(of: fc.Arbitrary<Point>) => ({
  dataPoints: fc.array(of, { minLength: 1, maxLength: 3 }),
})

const data = fc.oneof(
  fc.record({ gauge: fc.record(points(numberPoint)) }),
  fc.record({
    sum: fc.record({
      ...points(numberPoint),
      aggregationTemporality: temporality,
      isMonotonic: fc.boolean(),
    }),
  }),
  fc.record({
    histogram: fc.record({
      ...points(
        fc.record({
          ...point,
          count: uint64,
          sum: double,
          min: double,
          max: double,
          bucketCounts: fc.constant(['1', '2']),
          explicitBounds: fc.constant([0.5]),
          exemplars,
        }),
      ),
      aggregationTemporality: temporality,
    }),
  }),
  fc.record({
    exponentialHistogram: fc.record({
      ...points(
        fc.record({
          ...point,
          count: uint64,
          sum: double,
          scale: fc.integer({ min: -10, max: 20 }),
          zeroCount: uint64,
          zeroThreshold: double,
          positive: buckets,
          negative: buckets,
        }),
      ),
      aggregationTemporality: temporality,
    }),
  }),
  fc.record({
    summary: fc.record(
      points(
        fc.record({
          ...point,
          count: uint64,
          sum: double,
          quantileValues: fc.array(fc.record({ quantile: double, value: double }), { maxLength: 2 }),
        }),
      ),
    ),
  }),
)
const metric = fc
  .tuple(fc.record({ name: text, description: text, unit: text, metadata: attributes }), data)
  .map(([rest, measured]) => ({ ...rest, ...measured }))

const resource = fc
  .tuple(fc.constantFrom('shop', 'billing', 'ÿ🙂'), attributes, uint32)
  .map(([service, more, droppedAttributesCount]) => ({
    attributes: [...more, { key: 'service.name', value: { stringValue: service } }],
    droppedAttributesCount,
  }))
const scope = fc.record({ name: text, version: text, ...dropped })

function request(
  lists: { resources: string; scopes: string; items: string },
  item: fc.Arbitrary<object>,
): fc.Arbitrary<object> {
  const ofScope = fc.record({ scope, [lists.items]: fc.array(item, { maxLength: 4 }) })
  const ofResource = fc.record({ resource, [lists.scopes]: fc.array(ofScope, { maxLength: 2 }) })
  return fc.record({ [lists.resources]: fc.array(ofResource, { maxLength: 2 }) })
}

/** Export requests. */
export const ODD_REQUESTS: Readonly<Record<'traces' | 'logs' | 'metrics', fc.Arbitrary<object>>> = {
  traces: request({ resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' }, span),
  logs: request({ resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' }, logRecord),
  metrics: request({ resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' }, metric),
}

/** Hub events, each with an id of its own. */
export const ODD_EVENTS: fc.Arbitrary<object[]> = fc.uniqueArray(
  fc.record(
    {
      id: fc.oneof(fc.uuid(), fc.stringMatching(/^[a-z]{1,20}$/)),
      type: fc.constantFrom('shop.order.placed', 'x'),
      source: fc.constantFrom('shop', 'billing'),
      occurred_at: fc
        .date({ min: new Date(0), max: new Date(9e12), noInvalidDate: true })
        .map((at) => at.toISOString()),
      payload: fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.jsonValue()),
      correlation_id: fc.uuid(),
      tags: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    },
    { requiredKeys: ['id', 'type', 'source', 'occurred_at', 'payload'] },
  ),
  { selector: ({ id }) => id, minLength: 1, maxLength: 20 },
)
