import { fromBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'

import { encodeExportAnswer, encodeStatus } from './answer.ts'
import { StatusSchema } from './gen/google/rpc/status_pb.ts'
import { ExportMetricsServiceResponseSchema } from './gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

test('full success leaves partial_success unset', () => {
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    expect(encodeExportAnswer(signal, 'protobuf', { rejected: 0 })).toEqual(new Uint8Array(0))
    expect(text(encodeExportAnswer(signal, 'json', { rejected: 0 }))).toBe('{}')
  }
})

test('rejections are counted under the name of the signal', () => {
  const answer = (signal: 'traces' | 'logs' | 'metrics'): unknown =>
    JSON.parse(text(encodeExportAnswer(signal, 'json', { rejected: 3, message: 'why' })))
  expect(answer('traces')).toEqual({ partialSuccess: { rejectedSpans: '3', errorMessage: 'why' } })
  expect(answer('logs')).toEqual({ partialSuccess: { rejectedLogRecords: '3', errorMessage: 'why' } })
  expect(answer('metrics')).toEqual({ partialSuccess: { rejectedDataPoints: '3', errorMessage: 'why' } })
  const bytes = encodeExportAnswer('metrics', 'protobuf', { rejected: 3, message: 'why' })
  expect(fromBinary(ExportMetricsServiceResponseSchema, bytes).partialSuccess).toMatchObject({
    rejectedDataPoints: 3n,
    errorMessage: 'why',
  })
})

test('a message without rejections is a warning', () => {
  const answer = encodeExportAnswer('traces', 'json', { rejected: 0, message: 'slow down' })
  expect(JSON.parse(text(answer))).toEqual({ partialSuccess: { errorMessage: 'slow down' } })
})

test('an error is a google.rpc.Status', () => {
  const status = { code: 3, message: 'the body cannot be read' }
  expect(JSON.parse(text(encodeStatus('json', status)))).toEqual(status)
  expect(fromBinary(StatusSchema, encodeStatus('protobuf', status))).toMatchObject(status)
})
