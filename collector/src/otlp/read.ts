import { fromBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf'

import { readData, type ReadMetricData } from './data-points.ts'
import { OtlpDecodeError, reasonOf } from './errors.ts'
import { InstrumentationScopeSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { LogRecordSchema } from './gen/opentelemetry/proto/logs/v1/logs_pb.ts'
import { MetricSchema } from './gen/opentelemetry/proto/metrics/v1/metrics_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'
import { SpanSchema, type Span_Event, type Span_Link } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { isZero, toHex } from './ids.ts'
import { plainAttributes, plainValue, type PlainAttributes, type PlainValue } from './plain.ts'

/** Where the telemetry came from. */
export interface ReadResource {
  attributes: PlainAttributes
  droppedAttributesCount: number
}

/** The library that made the telemetry. */
export interface ReadScope {
  name: string
  version: string
  attributes: PlainAttributes
  droppedAttributesCount: number
}

export type SpanKindWord = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
export type StatusWord = 'unset' | 'ok' | 'error'

/** A span as the API shows it. Ids are lower-case hex, times are decimal nanoseconds since the epoch. */
export interface ReadSpan {
  /** 32 digits. */
  traceId: string
  /** 16 digits. */
  spanId: string
  /** Null for a root span. */
  parentSpanId: string | null
  /** W3C tracestate, often empty. */
  traceState: string
  /** Bits 0–7 are the W3C trace flags, bit 8 says that bit 9 is known, bit 9 that the parent is remote. */
  flags: number
  name: string
  kind: SpanKindWord
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: PlainAttributes
  droppedAttributesCount: number
  events: ReadSpanEvent[]
  droppedEventsCount: number
  links: ReadSpanLink[]
  droppedLinksCount: number
  status: { code: StatusWord; message: string }
}

export interface ReadSpanEvent {
  timeUnixNano: string
  name: string
  attributes: PlainAttributes
  droppedAttributesCount: number
}

export interface ReadSpanLink {
  traceId: string
  spanId: string
  traceState: string
  /** As those of a span. */
  flags: number
  attributes: PlainAttributes
  droppedAttributesCount: number
}

/** A log record as the API shows it; one with an `eventName` is an event. */
export interface ReadLogRecord {
  /** When it happened; "0" when unknown. */
  timeUnixNano: string
  observedTimeUnixNano: string
  /** 1 (trace) to 24 (fatal 4), 0 when unspecified. */
  severityNumber: number
  /** As the source named it, often empty. */
  severityText: string
  eventName: string
  body: PlainValue
  attributes: PlainAttributes
  droppedAttributesCount: number
  /** W3C trace flags in bits 0–7. */
  flags: number
  traceId: string | null
  spanId: string | null
}

/** A metric as the API shows it: what was measured, and its data points. */
export type ReadMetric = {
  name: string
  description: string
  /** UCUM, such as `s` or `By`. */
  unit: string
  metadata: PlainAttributes
} & ReadMetricData

/** By their numbers in OTLP. */
export const SPAN_KINDS: readonly SpanKindWord[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
]
export const SPAN_STATUSES: readonly StatusWord[] = ['unset', 'ok', 'error']

/**
 * Reads an encoded Span, such as a row's `span`.
 *
 * @throws OtlpDecodeError when the bytes are no Span; as the other readers here do for theirs.
 */
export function readSpan(bytes: Uint8Array): ReadSpan {
  const span = read(SpanSchema, bytes)
  return {
    traceId: toHex(span.traceId),
    spanId: toHex(span.spanId),
    parentSpanId: hexOrNull(span.parentSpanId),
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: SPAN_KINDS[span.kind] ?? 'unspecified',
    startTimeUnixNano: span.startTimeUnixNano.toString(),
    endTimeUnixNano: span.endTimeUnixNano.toString(),
    attributes: plainAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(readEvent),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(readLink),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: SPAN_STATUSES[span.status?.code ?? 0] ?? 'unset', message: span.status?.message ?? '' },
  }
}

/** Reads an encoded LogRecord, such as a row's `record`. */
export function readLogRecord(bytes: Uint8Array): ReadLogRecord {
  const record = read(LogRecordSchema, bytes)
  return {
    timeUnixNano: record.timeUnixNano.toString(),
    observedTimeUnixNano: record.observedTimeUnixNano.toString(),
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    eventName: record.eventName,
    body: plainValue(record.body),
    attributes: plainAttributes(record.attributes),
    droppedAttributesCount: record.droppedAttributesCount,
    flags: record.flags,
    traceId: hexOrNull(record.traceId),
    spanId: hexOrNull(record.spanId),
  }
}

/** Reads an encoded Metric, such as a row's `metric`. */
export function readMetric(bytes: Uint8Array): ReadMetric {
  const metric = read(MetricSchema, bytes)
  return {
    name: metric.name,
    description: metric.description,
    unit: metric.unit,
    metadata: plainAttributes(metric.metadata),
    ...readData(metric),
  }
}

/** Reads an encoded Resource, such as a row's `resource`. */
export function readResource(bytes: Uint8Array): ReadResource {
  const { attributes, droppedAttributesCount } = read(ResourceSchema, bytes)
  return { attributes: plainAttributes(attributes), droppedAttributesCount }
}

/** Reads an encoded InstrumentationScope, such as a row's `scope`. */
export function readScope(bytes: Uint8Array): ReadScope {
  const { name, version, attributes, droppedAttributesCount } = read(InstrumentationScopeSchema, bytes)
  return { name, version, attributes: plainAttributes(attributes), droppedAttributesCount }
}

function readEvent(event: Span_Event): ReadSpanEvent {
  return {
    timeUnixNano: event.timeUnixNano.toString(),
    name: event.name,
    attributes: plainAttributes(event.attributes),
    droppedAttributesCount: event.droppedAttributesCount,
  }
}

function readLink(link: Span_Link): ReadSpanLink {
  return {
    traceId: toHex(link.traceId),
    spanId: toHex(link.spanId),
    traceState: link.traceState,
    flags: link.flags,
    attributes: plainAttributes(link.attributes),
    droppedAttributesCount: link.droppedAttributesCount,
  }
}

function hexOrNull(id: Uint8Array): string | null {
  return isZero(id) ? null : toHex(id)
}

function read<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false })
  } catch (error) {
    throw new OtlpDecodeError(`these bytes are no ${schema.name}: ${reasonOf(error)}`)
  }
}
