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
/** Where the attributes of a point are, by the field number of the data. */
const ATTRIBUTES: Readonly<Record<number, number>> = { 5: 7, 7: 7, 9: 9, 10: 1, 11: 7 }

/**
 * The columns of an encoded Metric that has passed `checkMessage`.
 *
 * @throws Error when it has no data of a known type, or a time is out of range.
 */
export function metricRow(metric: Uint8Array, origin: OtlpOrigin): MetricRow {
  const reader = new BinaryReader(metric)
  let name = ''
  let unit = ''
  let data = 0
  let points = new Points(metric)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const field = tag >>> 3
    if (field === 1) name = reader.string()
    else if (field === 3) unit = reader.string()
    else if (TYPES[field]) {
      if (data !== field) points = new Points(metric)
      data = field
      points.read(reader, ATTRIBUTES[field]!)
    } else stepOver(reader, field, tag & 7)
  }
  const type = TYPES[data]
  if (!type) throw new Error('data is missing, or of a type unknown here')
  return {
    service: origin.service,
    resource: origin.resource,
    scope: origin.scope,
    name,
    unit,
    type,
    timeUnixNano: storableNanos(points.newest, 'time_unix_nano'),
    oldestUnixNano: points.oldest,
    dataPoints: points.series.length,
    series: points.series,
    metric,
  }
}

/** How many data points a metric holds: what OTLP counts when one is rejected. */
export function countDataPoints(metric: Uint8Array): number {
  const reader = new BinaryReader(metric)
  const points = new Points(metric)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (TYPES[tag >>> 3]) points.read(reader, 0)
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return points.series.length
}

/** What is needed of the points of a metric: their times, and a hash of the attributes of each. No bigint is made for a point. */
class Points {
  readonly series: number[] = []
  readonly #bytes: Uint8Array
  #newestLow = 0
  #newestHigh = 0
  #oldestLow = 0xffff_ffff
  #oldestHigh = 0xffff_ffff

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get newest(): bigint {
    return nanos(this.#newestHigh, this.#newestLow)
  }

  get oldest(): bigint {
    return this.series.length === 0 ? 0n : nanos(this.#oldestHigh, this.#oldestLow)
  }

  /** Reads a Gauge, Sum, … whose points have their attributes in field `attributes`. */
  read(reader: BinaryReader, attributes: number): void {
    const length = reader.uint32()
    const end = reader.pos + length
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag >>> 3 === DATA_POINTS) this.#point(reader, attributes)
      else stepOver(reader, tag >>> 3, tag & 7)
    }
  }

  #point(reader: BinaryReader, attributes: number): void {
    const length = reader.uint32()
    const end = reader.pos + length
    let low = 0
    let high = 0
    let series = 0
    while (reader.pos < end) {
      const tag = reader.uint32()
      const field = tag >>> 3
      if (field === TIME_UNIX_NANO) {
        low = reader.fixed32()
        high = reader.fixed32()
      } else if (field === attributes) {
        const size = reader.uint32()
        // Their order does not matter, so their hashes are added.
        series = (series + hash(this.#bytes, reader.pos, reader.pos + size)) | 0
        reader.pos += size
      } else stepOver(reader, field, tag & 7)
    }
    this.series.push(series >>> 0)
    if (high > this.#newestHigh || (high === this.#newestHigh && low > this.#newestLow)) {
      this.#newestHigh = high
      this.#newestLow = low
    }
    if (high < this.#oldestHigh || (high === this.#oldestHigh && low < this.#oldestLow)) {
      this.#oldestHigh = high
      this.#oldestLow = low
    }
  }
}

function nanos(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}

/** FNV-1a of 32 bits, its bits mixed once more, as these are added up. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let at = start; at < end; at++) value = Math.imul(value ^ bytes[at]!, 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return value ^ (value >>> 13)
}
