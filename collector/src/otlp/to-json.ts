import { fromBinary, toJson } from '@bufbuild/protobuf'

import { InstrumentationScopeSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'
import { base64IdsToHex } from './ids.ts'
import { dataPointsOf } from './prepare-json.ts'
import { SIGNALS, type Signal } from './signals.ts'

const OPTIONS = { enumAsInteger: true } as const

/** An encoded Span, LogRecord or Metric by OTLP's JSON rules: ids in hex, enums as numbers, 64-bit integers as text. */
export function itemToJson(signal: Signal, bytes: Uint8Array): unknown {
  const schema = SIGNALS[signal].itemSchema
  const item = toJson(schema, fromBinary(schema, bytes, { readUnknownFields: false }), OPTIONS)
  base64IdsToHex(item)
  if (signal === 'traces') for (const link of listOf(item, 'links')) base64IdsToHex(link)
  if (signal === 'metrics') {
    for (const point of dataPointsOf(item))
      for (const exemplar of listOf(point, 'exemplars')) base64IdsToHex(exemplar)
  }
  return item
}

/** An encoded Resource. */
export function resourceToJson(bytes: Uint8Array): unknown {
  return toJson(ResourceSchema, fromBinary(ResourceSchema, bytes, { readUnknownFields: false }), OPTIONS)
}

/** An encoded InstrumentationScope. */
export function scopeToJson(bytes: Uint8Array): unknown {
  const scope = fromBinary(InstrumentationScopeSchema, bytes, { readUnknownFields: false })
  return toJson(InstrumentationScopeSchema, scope, OPTIONS)
}

/** The text of what these functions give. JSON text of JavaScript has no -0, protobuf's may have numbers as text. */
export function otlpJsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (Object.is(part, -0) ? '-0' : part))
}

function listOf(value: unknown, name: string): unknown[] {
  const list = (value as Record<string, unknown>)[name]
  return Array.isArray(list) ? list : []
}
