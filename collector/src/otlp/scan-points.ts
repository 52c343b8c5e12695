import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

import { stepOver } from './columns.ts'
import type { ExponentialBuckets } from './exponential.ts'
import { FIELDS, TYPES, type Field, type ScannedType } from './point-fields.ts'

/** What a metric says beside its data points. */
export interface ScannedMetric {
  type: ScannedType
  /** AggregationTemporality of OTLP: 1 delta, 2 cumulative. */
  temporality: number
  monotonic: boolean
}

/** A data point as numbers. One object serves for all points: whoever keeps something of it must copy it. */
export interface ScannedPoint {
  /** The encoded attributes as one string, the same for equal bytes. */
  key: string
  /** Where each encoded KeyValue begins and ends in the metric's bytes. */
  attributes: number[]
  /** Milliseconds since the epoch, with a fraction; 0 when unknown. */
  start: number
  time: number
  /** Bit 0: nothing was recorded. */
  flags: number
  value: number
  count: number
  /** NaN when it was not recorded. */
  sum: number
  bounds: number[]
  counts: number[]
  scale: number
  zeroCount: number
  zeroThreshold: number
  positive: ExponentialBuckets
  negative: ExponentialBuckets
  quantiles: { quantile: number; value: number }[]
}

/**
 * Reads the data points of an encoded Metric that has passed `checkMessage`, without building messages: about a
 * microsecond a point.
 *
 * @returns undefined when it has no data of a known type.
 */
export function scanPoints(
  metric: Uint8Array,
  take: (point: ScannedPoint) => void,
): ScannedMetric | undefined {
  const reader = new BinaryReader(metric)
  const point = new Point(metric)
  let scanned: ScannedMetric | undefined
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    const type = TYPES[tag >>> 3]
    if (type === undefined) {
      stepOver(reader, tag >>> 3, tag & 7)
      continue
    }
    scanned = { type, temporality: 0, monotonic: false }
    const length = reader.uint32()
    const end = reader.pos + length
    while (reader.pos < end) {
      const inner = reader.uint32()
      const field = inner >>> 3
      if (field === 1) {
        point.read(reader, FIELDS[type])
        take(point)
      } else if (field === 2 && type !== 'gauge' && type !== 'summary') scanned.temporality = reader.int32()
      else if (field === 3 && type === 'sum') scanned.monotonic = reader.bool()
      else stepOver(reader, field, inner & 7)
    }
  }
  return scanned
}

const NONE: ExponentialBuckets = { offset: 0, counts: [] }

class Point implements ScannedPoint {
  key = ''
  attributes: number[] = []
  start = 0
  time = 0
  flags = 0
  value = 0
  count = 0
  sum = Number.NaN
  bounds: number[] = []
  counts: number[] = []
  scale = 0
  zeroCount = 0
  zeroThreshold = 0
  positive: ExponentialBuckets = NONE
  negative: ExponentialBuckets = NONE
  quantiles: { quantile: number; value: number }[] = []
  readonly #bytes: Buffer

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.#bytes = Buffer.from(buffer, byteOffset, byteLength)
  }

  read(reader: BinaryReader, fields: Readonly<Record<number, Field>>): void {
    this.#clear()
    const length = reader.uint32()
    const end = reader.pos + length
    // Only a summary always has one, which is left out of its bytes where it is 0.
    if (fields === FIELDS.summary) this.sum = 0
    let first = -1
    let last = -1
    while (reader.pos < end) {
      const at = reader.pos
      const tag = reader.uint32()
      const field = fields[tag >>> 3]
      if (field === 'attributes') {
        const size = reader.uint32()
        this.attributes.push(reader.pos, reader.pos + size)
        reader.pos += size
        if (first < 0) first = at
        else if (last !== at) first = Number.POSITIVE_INFINITY
        last = reader.pos
      } else if (field === undefined) stepOver(reader, tag >>> 3, tag & 7)
      else this.#field(reader, field, tag & 7)
    }
    if (first < 0) return
    // Nearly always they lie side by side.
    if (first < last) this.key = this.#bytes.toString('latin1', first, last)
    else {
      for (let at = 0; at < this.attributes.length; at += 2)
        this.key += `${this.#bytes.toString('latin1', this.attributes[at]!, this.attributes[at + 1]!)}\u0000`
    }
  }

  #clear(): void {
    this.key = ''
    this.attributes = []
    this.start = this.time = this.flags = this.value = this.count = 0
    this.sum = Number.NaN
    this.bounds = []
    this.counts = []
    this.scale = this.zeroCount = this.zeroThreshold = 0
    this.positive = this.negative = NONE
    this.quantiles = []
  }

  #field(reader: BinaryReader, field: Exclude<Field, 'attributes'>, wireType: number): void {
    switch (field) {
      case 'start':
        this.start = fixed64(reader) / 1e6
        break
      case 'time':
        this.time = fixed64(reader) / 1e6
        break
      case 'flags':
        this.flags = reader.uint32()
        break
      case 'double':
        this.value = reader.double()
        break
      case 'int':
        this.value = sfixed64(reader)
        break
      case 'count':
        this.count = fixed64(reader)
        break
      case 'sum':
        this.sum = reader.double()
        break
      case 'scale':
        this.scale = reader.sint32()
        break
      case 'zeroCount':
        this.zeroCount = fixed64(reader)
        break
      case 'zeroThreshold':
        this.zeroThreshold = reader.double()
        break
      case 'counts':
        list(reader, wireType, this.counts, fixed64)
        break
      case 'bounds':
        list(reader, wireType, this.bounds, (from) => from.double())
        break
      case 'positive':
        this.positive = this.#buckets(reader)
        break
      case 'negative':
        this.negative = this.#buckets(reader)
        break
      case 'quantile':
        this.quantiles.push(quantile(reader))
        break
    }
  }

  #buckets(reader: BinaryReader): ExponentialBuckets {
    const buckets: ExponentialBuckets = { offset: 0, counts: [] }
    const length = reader.uint32()
    const end = reader.pos + length
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag >>> 3 === 1) buckets.offset = reader.sint32()
      else if (tag >>> 3 === 2) list(reader, tag & 7, buckets.counts, (from) => this.#varint(from))
      else stepOver(reader, tag >>> 3, tag & 7)
    }
    return buckets
  }

  #varint(reader: BinaryReader): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[reader.pos++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
}

/** A repeated field, packed or one by one. */
function list(
  reader: BinaryReader,
  wireType: number,
  into: number[],
  read: (reader: BinaryReader) => number,
): void {
  if (wireType !== WireType.LengthDelimited) {
    into.push(read(reader))
    return
  }
  const length = reader.uint32()
  const end = reader.pos + length
  while (reader.pos < end) into.push(read(reader))
}

function quantile(reader: BinaryReader): { quantile: number; value: number } {
  const found = { quantile: 0, value: 0 }
  const length = reader.uint32()
  const end = reader.pos + length
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag >>> 3 === 1) found.quantile = reader.double()
    else if (tag >>> 3 === 2) found.value = reader.double()
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  return found
}

/** As a number: beyond 2^53 the nearest. */
function fixed64(reader: BinaryReader): number {
  const low = reader.fixed32()
  return reader.fixed32() * 0x1_0000_0000 + low
}

function sfixed64(reader: BinaryReader): number {
  const low = reader.fixed32()
  return reader.sfixed32() * 0x1_0000_0000 + low
}
