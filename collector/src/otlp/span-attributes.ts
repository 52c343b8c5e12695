import { fromBinary } from '@bufbuild/protobuf'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { plainAttributes, type PlainAttributes, type PlainValue } from './plain.ts'

/** The attributes of an encoded Span that has passed `checkMessage`. */
export function spanAttributes(span: Uint8Array): PlainAttributes {
  return plainAttributes(fromBinary(SpanSchema, span, { readUnknownFields: false }).attributes)
}

/** Whether an attribute is one of these values, or an array that has one of them. */
export function isOneOf(
  value: PlainValue | undefined,
  wanted: readonly (string | number | boolean)[],
): boolean {
  if (Array.isArray(value)) return value.some((element) => isOneOf(element, wanted))
  return wanted.includes(value as string)
}
