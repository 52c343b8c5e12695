import { gather, lengthOf } from '../bytes/bodies.ts'
import { type ProtobufWriter, WireType } from './protobuf-writer.ts'
import { writeAttributes } from './attributes.ts'
import type { Scope, SpanEvent, SpanLink, SpanRecord } from './records.ts'
import { encodeHeads } from './resource.ts'
import type { SpanRun } from './span-pages.ts'
import { writeId, writeNanos, writeText } from './wire-fields.ts'

/** Number of the field in a span. */
export const SPAN_ATTRIBUTES = 9
export type SpanPlace = Pick<SpanRecord, 'traceId' | 'spanId' | 'parentSpanId' | 'traceState'>
export type SpanName = Pick<SpanRecord, 'name' | 'kind' | 'status' | 'statusMessage'>

const SAMPLED = 0x001
/** The next bit is known. */
const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200

/**
 * Encodes spans as an ExportTraceServiceRequest, the body of `POST /v1/traces`, in parts: the spans are where they were kept.
 *
 * @param resource from `encodeResource`
 */
export function encodeTraces(
  resource: Uint8Array,
  scope: Scope,
  spans: readonly SpanRun[],
): readonly Uint8Array[] {
  const groups = byScope(scope, spans).map(({ scope, items }) => {
    const parts = items.map(({ page, from, to }) => page.buffer.subarray(page.endOf(from), page.endOf(to)))
    return { scope, parts, bytes: lengthOf(parts) }
  })
  const heads = encodeHeads(resource, groups)
  return gather(groups.flatMap(({ parts }, at) => [heads[at]!, ...parts]))
}

function byScope(own: Scope, spans: readonly SpanRun[]): { scope: Scope; items: readonly SpanRun[] }[] {
  if (!spans.some(({ scope }) => scope)) return [{ scope: own, items: spans }]
  const groups = new Map<string, { scope: Scope; items: SpanRun[] }>()
  for (const span of spans) {
    const { scope = own } = span
    const key = `${scope.name} ${scope.version}`
    const group = groups.get(key) ?? { scope, items: [] }
    group.items.push(span)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** Writes the fields of a span. It is marked as sampled. */
export function writeSpan(writer: ProtobufWriter, span: SpanRecord): void {
  writePlace(writer, span, span.remoteParent)
  writeTimes(writer, span.startMs, span.durationMs)
  writeName(writer, span)
  writeAttributes(writer, SPAN_ATTRIBUTES, span.attributes)
  if (span.events) for (const event of span.events) writeEvent(writer, event)
  if (span.links) for (const link of span.links) writeLink(writer, link)
}

/** Writes where in its trace a span stands. */
export function writePlace(writer: ProtobufWriter, span: SpanPlace, remoteParent: boolean | undefined): void {
  writeId(writer, 1, span.traceId, 16)
  writeId(writer, 2, span.spanId, 8)
  writeText(writer, 3, span.traceState)
  if (span.parentSpanId !== undefined) writeId(writer, 4, span.parentSpanId, 8)
  const flags = SAMPLED | HAS_IS_REMOTE | (remoteParent ? IS_REMOTE : 0)
  writer.tag(16, WireType.Bit32).fixed32(flags)
}

export function writeTimes(writer: ProtobufWriter, startMs: number, durationMs: number): void {
  writeNanos(writer, 7, startMs)
  writeNanos(writer, 8, startMs, durationMs)
}

/** Writes what a span is called and how it came out. */
export function writeName(writer: ProtobufWriter, span: SpanName): void {
  writeText(writer, 5, span.name)
  writer.tag(6, WireType.Varint).uint32(span.kind)
  if (span.status !== 0) writeStatus(writer, span)
}

export function writeEvent(writer: ProtobufWriter, event: SpanEvent): void {
  writer.tag(11, WireType.LengthDelimited).fork()
  writeNanos(writer, 1, event.timeMs)
  writeText(writer, 2, event.name)
  writeAttributes(writer, 3, event.attributes)
  writer.join()
}

function writeLink(writer: ProtobufWriter, link: SpanLink): void {
  writer.tag(13, WireType.LengthDelimited).fork()
  writeId(writer, 1, link.traceId, 16)
  writeId(writer, 2, link.spanId, 8)
  writeAttributes(writer, 4, link.attributes)
  writer.join()
}

function writeStatus(writer: ProtobufWriter, span: SpanName): void {
  writer.tag(15, WireType.LengthDelimited).fork()
  writeText(writer, 2, span.statusMessage)
  writer.tag(3, WireType.Varint).uint32(span.status)
  writer.join()
}
