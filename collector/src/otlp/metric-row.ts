import { BinaryReader } from '@bufbuild/protobuf/wire'

import type { MetricRow, OtlpOrigin } from '../store/rows.ts'
import { stepOver } from './columns.ts'
import { storableNanos } from './nanos.ts'

/** By field number of the oneof `data`. */
const TYPES: Readonly<Record<number, MetricRow['type']>> = {
  5: 'gauge',
  7: 'sum',
  9: 'histogram',
  10: 'exponential_histogram',
  11: 'summary',
}

/** In all five kinds of data, field 1 is the points; in all kinds of points, field 3 is the time. */
const DATA_POINTS = 1
const TIME_UNIX_NANO = 3

/**
 * The columns of an encoded Metric that has passed `checkMessage`.
 *
 * @throws Error when it has no data of a known type, or a time is out of range.
 */
export function metricRow(metric: Uint8Array, origin: OtlpOrigin): MetricRow {
  const reader = new BinaryReader(metric)
  let name = ''
  let unit = ''
  let type: MetricRow['type'] | undefined
  let points: Points = { count: 0, newest: 0n }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const field = tag >>> 3
    if (field === 1) name = reader.string()
    else if (field === 3) unit = reader.string()
    else if (TYPES[field]) {
      if (type !== TYPES[field]) points = { count: 0, newest: 0n }
      type = TYPES[field]
      readPoints(reader, reader.uint32(), points)
    } else stepOver(reader, field, tag & 7)
  }
  if (!type) throw new Error('data is missing, or of a type unknown here')
  return {
    service: origin.service,
    resource: origin.resource,
    scope: origin.scope,
    name,
    unit,
    type,
    timeUnixNano: storableNanos(points.newest, 'time_unix_nano'),
    dataPoints: points.count,
    metric,
  }
}

/** How many data points a metric holds: what OTLP counts when one is rejected. */
export function countDataPoints(metric: Uint8Array): number {
  const reader = new BinaryReader(metric)
  const points: Points = { count: 0, newest: 0n }
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (TYPES[tag >>> 3]) readPoints(reader, reader.uint32(), points)
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return points.count
}

interface Points {
  count: number
  newest: bigint
}

function readPoints(reader: BinaryReader, length: number, points: Points): void {
  const end = reader.pos + length
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag >>> 3 !== DATA_POINTS) {
      stepOver(reader, tag >>> 3, tag & 7)
      continue
    }
    points.count++
    const time = readTime(reader, reader.uint32())
    if (time > points.newest) points.newest = time
  }
}

function readTime(reader: BinaryReader, length: number): bigint {
  const end = reader.pos + length
  let time = 0n
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag >>> 3 === TIME_UNIX_NANO) time = reader.fixed64() as bigint
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return time
}
