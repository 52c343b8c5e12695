import { expect, test } from 'vitest'
import { collectorForTest } from '../../collector/src/testing/collector.ts'
import { bytesOf, MEDIA_TYPES, request, text, type Encoding } from '../conformance/messages.ts'
import type { Fields } from '../conformance/wire.ts'
import { EXPORT, framed, RawGrpc } from './grpc-call.ts'
import { storedIn } from './stored.ts'

const START = '1790000000123456789'
const TIME = '1790000001987654321'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const BEYOND = '9007199254740993'
const NOTHING_RECORDED = 1
const DELTA = 1
const CUMULATIVE = 2

const at = { startTimeUnixNano: START, timeUnixNano: TIME, attributes: [text('region', 'eu')] }
const told = { startTimeUnixNano: START, timeUnixNano: TIME, attributes: { region: 'eu' }, flags: 0 }
const exemplars = [
  {
    timeUnixNano: START,
    asInt: BEYOND,
    traceId: TRACE,
    spanId: SPAN,
    filteredAttributes: [text('user', 'u1')],
  },
  { timeUnixNano: START, asDouble: 0.5 },
]
const toldExemplars = [
  { timeUnixNano: START, value: BEYOND, traceId: TRACE, spanId: SPAN, attributes: { user: 'u1' } },
  { timeUnixNano: START, value: 0.5, traceId: null, spanId: null, attributes: {} },
]
const nothing = { ...at, flags: NOTHING_RECORDED }
const toldNothing = { ...told, flags: NOTHING_RECORDED, exemplars: [] }
const unmeasured = { count: 0, sum: null, min: null, max: null }

/** What is sent, and what is stored of it. */
const METRICS: [sent: Fields, stored: Fields][] = [
  [
    {
      name: 'gauge',
      unit: 'Cel',
      description: 'how warm',
      gauge: { dataPoints: [{ ...at, asDouble: -1.5, exemplars }, nothing] },
    },
    {
      unit: 'Cel',
      description: 'how warm',
      type: 'gauge',
      dataPoints: [
        { ...told, value: -1.5, exemplars: toldExemplars },
        { ...toldNothing, value: null },
      ],
    },
  ],
  [
    {
      name: 'odd numbers',
      gauge: { dataPoints: ['NaN', 'Infinity', '-Infinity', 0].map((asDouble) => ({ ...at, asDouble })) },
    },
    {
      type: 'gauge',
      dataPoints: ['NaN', 'Infinity', '-Infinity', 0].map((value) => ({ ...told, value, exemplars: [] })),
    },
  ],
  ...([DELTA, CUMULATIVE] as const).flatMap((aggregationTemporality): [Fields, Fields][] => {
    const temporality = aggregationTemporality === DELTA ? 'delta' : 'cumulative'
    return [
      [
        {
          name: 'sum',
          sum: {
            aggregationTemporality,
            isMonotonic: true,
            dataPoints: [{ ...at, asInt: BEYOND, exemplars }, nothing],
          },
        },
        {
          type: 'sum',
          temporality,
          monotonic: true,
          dataPoints: [
            { ...told, value: BEYOND, exemplars: toldExemplars },
            { ...toldNothing, value: null },
          ],
        },
      ],
      [
        { name: 'up and down', sum: { aggregationTemporality, dataPoints: [{ ...at, asInt: '-3' }] } },
        { type: 'sum', temporality, monotonic: false, dataPoints: [{ ...told, value: -3, exemplars: [] }] },
      ],
      [
        {
          name: 'histogram',
          histogram: {
            aggregationTemporality,
            dataPoints: [
              {
                ...at,
                count: '3',
                sum: 5.55,
                min: 0.05,
                max: 5,
                bucketCounts: ['1', '1', '1'],
                explicitBounds: [0.1, 1],
                exemplars,
              },
              nothing,
            ],
          },
        },
        {
          type: 'histogram',
          temporality,
          dataPoints: [
            {
              ...told,
              count: 3,
              sum: 5.55,
              min: 0.05,
              max: 5,
              bucketCounts: [1, 1, 1],
              explicitBounds: [0.1, 1],
              exemplars: toldExemplars,
            },
            { ...toldNothing, ...unmeasured, bucketCounts: [], explicitBounds: [] },
          ],
        },
      ],
      [
        {
          name: 'exponential',
          exponentialHistogram: {
            aggregationTemporality,
            dataPoints: [
              {
                ...at,
                count: BEYOND,
                sum: -0.5,
                min: -4,
                max: 4,
                scale: -3,
                zeroCount: '2',
                zeroThreshold: 0.01,
                positive: { offset: -2, bucketCounts: ['1', '0', '300'] },
                negative: { offset: 7, bucketCounts: ['4'] },
                exemplars,
              },
              nothing,
            ],
          },
        },
        {
          type: 'exponential_histogram',
          temporality,
          dataPoints: [
            {
              ...told,
              count: BEYOND,
              sum: -0.5,
              min: -4,
              max: 4,
              scale: -3,
              zeroCount: 2,
              zeroThreshold: 0.01,
              positive: { offset: -2, bucketCounts: [1, 0, 300] },
              negative: { offset: 7, bucketCounts: [4] },
              exemplars: toldExemplars,
            },
            {
              ...toldNothing,
              ...unmeasured,
              scale: 0,
              zeroCount: 0,
              zeroThreshold: 0,
              positive: { offset: 0, bucketCounts: [] },
              negative: { offset: 0, bucketCounts: [] },
            },
          ],
        },
      ],
    ]
  }),
  [
    {
      name: 'summary',
      summary: {
        dataPoints: [
          {
            ...at,
            count: '3',
            sum: 5.5,
            quantileValues: [
              { quantile: 0.5, value: 1 },
              { quantile: 0.99, value: 4 },
            ],
          },
          nothing,
        ],
      },
    },
    {
      type: 'summary',
      dataPoints: [
        {
          ...told,
          count: 3,
          sum: 5.5,
          quantileValues: [
            { quantile: 0.5, value: 1 },
            { quantile: 0.99, value: 4 },
          ],
        },
        { ...told, flags: NOTHING_RECORDED, count: 0, sum: 0, quantileValues: [] },
      ],
    },
  ],
]

test.each(['json', 'protobuf', 'grpc'] as const)(
  'every type of metric is stored as it came, by %s',
  async (way) => {
    const hub = await collectorForTest({ grpcPort: 0 })
    const encoding: Encoding = way === 'json' ? 'json' : 'protobuf'
    const body = bytesOf(
      'metrics',
      encoding,
      request(
        'metrics',
        METRICS.map(([sent]) => sent),
      ),
    )
    if (way === 'grpc') {
      const { code, body: answer } = await new RawGrpc(hub.collector.grpcPort!).call(
        framed(body),
        {},
        EXPORT.metrics,
      )
      expect([code, answer.byteLength]).toEqual([0, 0])
    } else {
      const answer = await hub.post('/v1/metrics', body, { 'content-type': MEDIA_TYPES[encoding] })
      expect([answer.status, answer.body]).toEqual([200, way === 'json' ? {} : ''])
    }
    const { body: stats } = await hub.get('/api/v1/stats')
    expect(stats.stored.metrics).toBe(METRICS.length)
    await hub.collector.close()
    const expected = METRICS.map(([{ name }, stored]) => ({
      name,
      unit: '',
      description: '',
      metadata: {},
      ...stored,
    }))
    // Attributes have no prototype, which is theirs to have and no difference here.
    expect(structuredClone(storedIn(hub.collector.dataDir).metrics)).toEqual(expected)
  },
)
