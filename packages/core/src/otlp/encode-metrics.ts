import { type ProtobufWriter, WireType } from './protobuf-writer.ts'

import { writeAttributes } from './attributes.ts'
import type { Exemplar, HistogramPoint, MetricRecord, NumberPoint, Scope, Temporality } from './records.ts'
import { encodeRequest } from './resource.ts'
import { writeId, writeNanos, writeText } from './wire-fields.ts'

const FIELDS = { gauge: 5, sum: 7, histogram: 9 } as const
const TEMPORALITIES: Record<Temporality, number> = { delta: 1, cumulative: 2 }

/**
 * Encodes metrics as an ExportMetricsServiceRequest, the body of `POST /v1/metrics`.
 *
 * @param resource from `encodeResource`
 */
export function encodeMetrics(
  resource: Uint8Array,
  scope: Scope,
  metrics: readonly MetricRecord[],
): Uint8Array {
  return encodeRequest(resource, scope, metrics, writeMetric)
}

function writeMetric(writer: ProtobufWriter, metric: MetricRecord): void {
  writeText(writer, 1, metric.name)
  writeText(writer, 2, metric.description)
  writeText(writer, 3, metric.unit)
  writer.tag(FIELDS[metric.kind], WireType.LengthDelimited).fork()
  if (metric.kind === 'histogram') for (const point of metric.points) writeHistogram(writer, point)
  else for (const point of metric.points) writeNumber(writer, point)
  if (metric.kind !== 'gauge') writer.tag(2, WireType.Varint).uint32(TEMPORALITIES[metric.temporality])
  if (metric.kind === 'sum' && metric.monotonic) writer.tag(3, WireType.Varint).bool(true)
  writer.join()
}

function writeNumber(writer: ProtobufWriter, { attributes, startMs, timeMs, value }: NumberPoint): void {
  writer.tag(1, WireType.LengthDelimited).fork()
  if (startMs !== undefined) writeNanos(writer, 2, startMs)
  writeNanos(writer, 3, timeMs)
  if (Number.isSafeInteger(value)) writer.tag(6, WireType.Bit64).fixed64(value)
  else writer.tag(4, WireType.Bit64).double(value)
  writeAttributes(writer, 7, attributes)
  writer.join()
}

function writeHistogram(writer: ProtobufWriter, point: HistogramPoint): void {
  writer.tag(1, WireType.LengthDelimited).fork()
  writeNanos(writer, 2, point.startMs)
  writeNanos(writer, 3, point.timeMs)
  writer.tag(4, WireType.Bit64).fixed64(point.count)
  writer.tag(5, WireType.Bit64).double(point.sum)
  writer.tag(6, WireType.LengthDelimited).fork()
  for (const count of point.bucketCounts) writer.fixed64(count)
  writer.join()
  writer.tag(7, WireType.LengthDelimited).fork()
  for (const bound of point.bounds) writer.double(bound)
  writer.join()
  if (point.exemplar) writeExemplar(writer, point.exemplar)
  writeAttributes(writer, 9, point.attributes)
  writer.tag(11, WireType.Bit64).double(point.min)
  writer.tag(12, WireType.Bit64).double(point.max)
  writer.join()
}

function writeExemplar(writer: ProtobufWriter, exemplar: Exemplar): void {
  writer.tag(8, WireType.LengthDelimited).fork()
  writeNanos(writer, 2, exemplar.timeMs)
  writer.tag(3, WireType.Bit64).double(exemplar.value)
  writeId(writer, 4, exemplar.spanId, 8)
  writeId(writer, 5, exemplar.traceId, 16)
  writer.join()
}
