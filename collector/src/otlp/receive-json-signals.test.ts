import { expect, test } from 'vitest'

import { readLogRecord, readMetric } from './read.ts'
import { decodeExport } from './receive.ts'

const TRACE_ID = '5B8EFFF798038103D269B633813FC60C'
const SPAN_ID = 'EEE19B7EC3C1B174'

test('log records: absent ids, the time they were observed, bodies of every kind', () => {
  const decode = (logRecords: unknown[]) =>
    decodeExport(
      'logs',
      'json',
      Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })),
    )
  const { rows, rejected, message } = decode([
    { observedTimeUnixNano: '7', severityNumber: 17, eventName: 'e', body: { stringValue: 'hello' } },
    { timeUnixNano: '3', observedTimeUnixNano: '7', traceId: '', spanId: SPAN_ID },
    {
      body: { kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } },
      traceId: '0'.repeat(32),
    },
    { traceId: 'abcd' },
  ])
  expect(rows).toMatchObject([
    { timeUnixNano: 7n, severityNumber: 17, eventName: 'e', body: 'hello', traceId: null },
    { timeUnixNano: 3n, body: '', traceId: null, spanId: { length: 8 } },
    { timeUnixNano: 0n, body: '{"a":true}', traceId: null },
  ])
  expect(readLogRecord(rows[2]!.record)).toMatchObject({ traceId: null, body: { a: true }, eventName: '' })
  expect([rejected, message]).toEqual([
    1,
    'resourceLogs[0].scopeLogs[0].logRecords[3]: trace_id is 2 bytes long, not 16',
  ])
})

test('metrics: all five types, exemplars in hex, rejections counted in data points', () => {
  const at = {
    timeUnixNano: '9',
    startTimeUnixNano: '1',
    attributes: [{ key: 'k', value: { stringValue: 'v' } }],
  }
  const exemplars = [{ traceId: TRACE_ID, spanId: SPAN_ID, asInt: '5', timeUnixNano: '4' }]
  const metrics = [
    {
      name: 'g',
      gauge: {
        dataPoints: [
          { ...at, asDouble: 'Infinity' },
          { timeUnixNano: '12', asInt: 3 },
        ],
      },
    },
    {
      name: 's',
      unit: 'By',
      sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...at, exemplars }] },
    },
    {
      name: 'h',
      histogram: {
        dataPoints: [{ ...at, count: '3', sum: 1.5, bucketCounts: ['1', 2], explicitBounds: [1] }],
      },
    },
    {
      name: 'e',
      exponentialHistogram: {
        aggregationTemporality: 1,
        dataPoints: [
          {
            ...at,
            count: '9007199254740993',
            scale: -1,
            zeroCount: 1,
            positive: { offset: 2, bucketCounts: ['4'] },
          },
        ],
      },
    },
    {
      name: 'q',
      summary: { dataPoints: [{ ...at, count: 1, sum: 2, quantileValues: [{ quantile: 0.5, value: 2 }] }] },
    },
    { name: 'none' },
    { name: 7, sum: { dataPoints: [at, at, at] } },
  ]
  const body = Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }))
  const { rows, rejected } = decodeExport('metrics', 'json', body)
  expect(rejected).toBe(4)
  expect(rows.map((row) => [row.name, row.type, row.dataPoints, row.timeUnixNano])).toEqual([
    ['g', 'gauge', 2, 12n],
    ['s', 'sum', 1, 9n],
    ['h', 'histogram', 1, 9n],
    ['e', 'exponential_histogram', 1, 9n],
    ['q', 'summary', 1, 9n],
  ])
  expect(rows.map((row) => readMetric(row.metric))).toMatchObject([
    {
      dataPoints: [
        { value: 'Infinity', attributes: { k: 'v' } },
        { value: 3, timeUnixNano: '12' },
      ],
    },
    {
      unit: 'By',
      temporality: 'cumulative',
      monotonic: true,
      dataPoints: [{ value: null, exemplars: [{ traceId: TRACE_ID.toLowerCase(), value: 5 }] }],
    },
    {
      temporality: 'unspecified',
      dataPoints: [{ count: 3, sum: 1.5, min: null, bucketCounts: [1, 2], explicitBounds: [1] }],
    },
    {
      temporality: 'delta',
      dataPoints: [
        {
          count: '9007199254740993',
          scale: -1,
          positive: { offset: 2, bucketCounts: [4] },
          negative: { offset: 0 },
        },
      ],
    },
    { dataPoints: [{ count: 1, sum: 2, quantileValues: [{ quantile: 0.5, value: 2 }] }] },
  ])
})
