import { isUtf8 } from 'node:buffer'

import { fromJson, toBinary, type DescMessage, type JsonValue } from '@bufbuild/protobuf'

import type { OtlpOrigin } from '../store/rows.ts'
import { checkMessage } from './check.ts'
import { EMPTY } from './columns.ts'
import { attempt, OtlpDecodeError } from './errors.ts'
import { InstrumentationScopeSchema } from './gen/opentelemetry/proto/common/v1/common_pb.ts'
import { ResourceSchema } from './gen/opentelemetry/proto/resource/v1/resource_pb.ts'
import { JsonEncoder } from './json-encoder.ts'
import { parseExactJson } from './json-text.ts'
import { originOf, resourceOf } from './origin.ts'
import type { Rejections } from './rejections.ts'
import type { SignalCodec } from './signals.ts'

/**
 * Rows of an Export…ServiceRequest in OTLP's JSON. Each item is encoded to protobuf on its own, so that both encodings
 * give the same rows.
 *
 * @throws OtlpDecodeError when the body is no JSON, or a list or object around the items has another type.
 */
export function rowsFromJson<Row>(codec: SignalCodec<Row>, body: Uint8Array, rejections: Rejections): Row[] {
  const rows: Row[] = []
  rejections.repairs.text = !isUtf8(body)
  rejections.settle(() => 'the body')
  const encoder = new JsonEncoder(body.byteLength)
  const request = objectOf(parseExactJson(body), 'the request')
  listOf(request, codec.resources, codec.resources).forEach((part, r) => {
    const inResource = `${codec.resources}[${r}]`
    const ofResource = objectOf(part, inResource)
    const resource = attempt(() =>
      resourceOf(encode(ResourceSchema, ofResource.resource), rejections.repairs),
    )
    rejections.settle(() => `${inResource}.resource`)
    listOf(ofResource, codec.scopes, `${inResource}.${codec.scopes}`).forEach((scopePart, s) => {
      const inScope = `${inResource}.${codec.scopes}[${s}]`
      const ofScope = objectOf(scopePart, inScope)
      const origin =
        resource instanceof Error
          ? resource
          : attempt(() =>
              originOf(resource, encode(InstrumentationScopeSchema, ofScope.scope), rejections.repairs),
            )
      rejections.settle(() => `${inScope}.scope`)
      listOf(ofScope, codec.items, `${inScope}.${codec.items}`).forEach((item, i) => {
        const row = origin instanceof Error ? origin : rowOf(codec, item, origin, rejections, encoder)
        rejections.settle(() => `${inScope}.${codec.items}[${i}]`)
        if (!(row instanceof Error)) rows.push(row)
        else rejections.add(`${inScope}.${codec.items}[${i}]`, row.message, codec.weighJson(item))
      })
    })
  })
  return rows
}

function rowOf<Row>(
  codec: SignalCodec<Row>,
  item: unknown,
  origin: OtlpOrigin,
  { repairs }: Rejections,
  encoder: JsonEncoder,
): Row | Error {
  return attempt(() => {
    const bytes = encoder.encode(codec.itemSchema, item) ?? encodeAny(codec, item)
    return codec.toRow(checkMessage(codec.itemSchema, bytes, repairs), origin)
  })
}

/** By all the rules, and with words for what breaks them. */
function encodeAny<Row>({ prepareJson, itemSchema }: SignalCodec<Row>, item: unknown): Uint8Array {
  prepareJson(item)
  if (item === undefined || item === null) throw new Error('is null')
  return encode(itemSchema, item)
}

function encode(schema: DescMessage, value: unknown): Uint8Array {
  if (value === undefined || value === null) return EMPTY
  return toBinary(schema, fromJson(schema, value as JsonValue, { ignoreUnknownFields: true }))
}

function objectOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new OtlpDecodeError(`${place} is not an object`)
}

/** The list of that name, in lowerCamelCase or, as parsers of protobuf's JSON must accept too, in snake_case. */
function listOf(object: Record<string, unknown>, name: string, place: string): unknown[] {
  const list = object[name] ?? object[snakeCase(name)]
  if (list === undefined || list === null) return []
  if (Array.isArray(list)) return list
  throw new OtlpDecodeError(`${place} is not an array`)
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
