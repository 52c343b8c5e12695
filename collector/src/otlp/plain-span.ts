import { LIMITS } from '../config/limits.ts'
import type { OtlpOrigin, SpanRow } from '../store/rows.ts'
import { KnownTexts } from './known-texts.ts'

const MAX_ATTRIBUTES = LIMITS.attributes.value

/** Tags of Span. That of flags is longer than a byte. */
const [TRACE_ID, SPAN_ID, TRACE_STATE, PARENT_SPAN_ID, NAME, KIND] = [0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x30]
const [START, END, ATTRIBUTE, STATUS, FLAGS_LOW, FLAGS_HIGH] = [0x39, 0x41, 0x4a, 0x7a, 0x85, 0x01]
const [DROPPED_ATTRIBUTES, DROPPED_EVENTS, DROPPED_LINKS] = [0x50, 0x60, 0x70]
/** Of Status. */
const CODE = 0x18
/** Of KeyValue. */
const [KEY, VALUE] = [0x0a, 0x12]
/** Of AnyValue. */
const [STRING, BOOL, INT, DOUBLE] = [0x0a, 0x10, 0x18, 0x21]

const NO_EXCEPTIONS: SpanRow['exceptions'] = []

/** What is read at the moment: all spans of a request lie in the same memory. */
let bytes = Buffer.alloc(0)
let view = new DataView(bytes.buffer)
const names = new KnownTexts()

/**
 * Checks an encoded Span and takes its columns in one go, where it is as nearly all are: without events and links, its texts
 * ASCII and its attributes texts, numbers and booleans, in the order that every encoder writes.
 *
 * What it takes, `checkMessage` takes as it is, and `spanRow` makes the same of it; no text in it comes near a limit.
 *
 * @returns undefined for one that has anything else, which may be good or bad: it is for those two.
 */
export function plainSpanRow(span: Uint8Array, origin: OtlpOrigin): SpanRow | undefined {
  const memory = span.buffer as ArrayBuffer
  if (bytes.buffer !== memory) {
    bytes = Buffer.from(memory)
    view = new DataView(memory)
  }
  let at = span.byteOffset
  const end = at + span.length
  let [traceAt, spanAt, parentAt, nameAt, startAt, endAt] = [-1, -1, -1, -1, -1, -1]
  let [kind, statusCode, attributes] = [0, 0, 0]
  while (at < end) {
    switch (bytes[at++]) {
      case TRACE_ID:
        if (bytes[at] !== 16) return undefined
        traceAt = at + 1
        at += 17
        break
      case SPAN_ID:
        if (bytes[at] !== 8) return undefined
        spanAt = at + 1
        at += 9
        break
      case PARENT_SPAN_ID:
        if (bytes[at] !== 8) return undefined
        parentAt = at + 1
        at += 9
        break
      case NAME:
        nameAt = at
        at = shortTextEnd(at, end)
        break
      case TRACE_STATE:
        at = shortTextEnd(at, end)
        break
      case KIND:
        kind = bytes[at++]!
        if (kind > 127) return undefined
        break
      case START:
        startAt = at
        at += 8
        break
      case END:
        endAt = at
        at += 8
        break
      case ATTRIBUTE:
        if (++attributes > MAX_ATTRIBUTES) return undefined
        at = attributeEnd(at, end)
        break
      case STATUS:
        if (bytes[at] !== 2 || bytes[at + 1] !== CODE || bytes[at + 2]! > 127) return undefined
        statusCode = bytes[at + 2]!
        at += 3
        break
      case DROPPED_ATTRIBUTES:
      case DROPPED_EVENTS:
      case DROPPED_LINKS:
        if (bytes[at++]! > 127) return undefined
        break
      case FLAGS_LOW:
        if (bytes[at] !== FLAGS_HIGH) return undefined
        at += 5
        break
      default:
        return undefined
    }
  }
  if (at !== end || traceAt < 0 || spanAt < 0) return undefined
  if (isZero(traceAt) && isZero(traceAt + 8)) return undefined
  if (isZero(spanAt) || isLate(startAt) || isLate(endAt)) return undefined
  return {
    service: origin.service,
    resource: origin.resource,
    scope: origin.scope,
    traceId: new Uint8Array(memory, traceAt, 16),
    spanId: new Uint8Array(memory, spanAt, 8),
    parentSpanId: parentAt < 0 || isZero(parentAt) ? null : new Uint8Array(memory, parentAt, 8),
    name: nameAt < 0 ? '' : names.text(bytes, nameAt + 1, nameAt + 1 + bytes[nameAt]!),
    kind,
    startUnixNano: startAt < 0 ? 0n : view.getBigUint64(startAt, true),
    endUnixNano: endAt < 0 ? 0n : view.getBigUint64(endAt, true),
    statusCode,
    span,
    exceptions: NO_EXCEPTIONS,
  }
}

/** Where something ends that cannot be plain: after everything. */
const NOWHERE = Number.MAX_SAFE_INTEGER

/** Of a text with its length before it. */
function shortTextEnd(at: number, end: number): number {
  const from = at + 1
  const stop = from + bytes[at]!
  return bytes[at]! < 128 && stop <= end && isAscii(from, stop) ? stop : NOWHERE
}

/** Of an attribute with its length before it. */
function attributeEnd(start: number, end: number): number {
  let at = start
  let length = bytes[at++]!
  if (length > 127) length = (length & 127) | (bytes[at++]! << 7)
  const stop = at + length
  if (length > MOST || stop > end || bytes[at++] !== KEY) return NOWHERE
  at = shortTextEnd(at, stop)
  if (at >= stop || bytes[at++] !== VALUE) return NOWHERE
  length = bytes[at++]!
  if (length > 127) length = (length & 127) | (bytes[at++]! << 7)
  return at + length === stop && isPlainValue(at, stop) ? stop : NOWHERE
}

/** What two bytes of a length can say; one that goes on is more. */
const MOST = 2 ** 14 - 1

/** Whether it is an AnyValue with one of the simple types, or none. */
function isPlainValue(start: number, end: number): boolean {
  if (start === end) return true
  let at = start
  switch (bytes[at++]) {
    case STRING: {
      let length = bytes[at++]!
      if (length > 127) length = (length & 127) | (bytes[at++]! << 7)
      return at + length === end && isAscii(at, end)
    }
    case BOOL:
      return at + 1 === end && bytes[at]! < 128
    case INT:
      if (end - at > 10) return false
      while (at < end - 1) if (bytes[at++]! < 128) return false
      return at < end && bytes[at]! < 128
    case DOUBLE:
      return at + 8 === end
    default:
      return false
  }
}

function isAscii(from: number, to: number): boolean {
  let any = 0
  let at = from
  for (; at + 4 <= to; at += 4) any |= view.getInt32(at, true)
  for (; at < to; at++) any |= bytes[at]!
  return (any & 0x80808080) === 0
}

/** Of eight bytes. */
function isZero(at: number): boolean {
  return (view.getInt32(at, true) | view.getInt32(at + 4, true)) === 0
}

/** Whether a time, which may be missing, is none that can be stored. */
function isLate(at: number): boolean {
  return at >= 0 && bytes[at + 7]! > 127
}
