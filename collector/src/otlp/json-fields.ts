import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf'
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt'
import { WireType } from '@bufbuild/protobuf/wire'

/** How the value of a field is written; `rare` is what only the full reader knows. */
export type JsonKind =
  | 'text'
  | 'id'
  | 'bool'
  | 'enum'
  | 'int32'
  | 'int64'
  | 'fixed32'
  | 'fixed64'
  | 'double'
  | 'message'
  | 'rare'

/** A field as its JSON name leads to it. */
export interface JsonField {
  kind: JsonKind
  /** Number and wire type, as they are written before the value. */
  tag: number
  isList: boolean
  /** Written also when it is empty, zero or false. */
  explicit: boolean
  /** One of several that exclude each other. */
  exclusive: boolean
  message: JsonFields | undefined
  /** The numbers of an enum by their names. */
  names: ReadonlyMap<unknown, number> | undefined
}

/** The fields of a message by their names in JSON. */
export type JsonFields = ReadonlyMap<string, JsonField>

const known = new Map<string, Map<string, JsonField>>()

/** The table of a message type, built at first use. */
export function jsonFieldsOf(schema: DescMessage): JsonFields {
  const found = known.get(schema.typeName)
  if (found) return found
  const fields = new Map<string, JsonField>()
  known.set(schema.typeName, fields)
  for (const field of schema.fields) {
    const kind = kindOf(field)
    fields.set(field.jsonName, {
      kind,
      tag: (field.number << 3) | (WIRE_TYPES[kind] ?? WireType.LengthDelimited),
      isList: field.fieldKind === 'list',
      explicit: field.presence !== FeatureSet_FieldPresence.IMPLICIT,
      exclusive: field.oneof !== undefined,
      message: field.message && jsonFieldsOf(field.message),
      names: field.enum && new Map(field.enum.values.map(({ name, number }) => [name, number])),
    })
    // Parsers must know this name too, but hardly anybody writes it.
    if (field.name !== field.jsonName) fields.set(field.name, RARE)
  }
  return fields
}

const RARE: JsonField = {
  kind: 'rare',
  tag: 0,
  isList: false,
  explicit: false,
  exclusive: false,
  message: undefined,
  names: undefined,
}

const WIRE_TYPES: Partial<Record<JsonKind, WireType>> = {
  bool: WireType.Varint,
  enum: WireType.Varint,
  int32: WireType.Varint,
  int64: WireType.Varint,
  fixed32: WireType.Bit32,
  fixed64: WireType.Bit64,
  double: WireType.Bit64,
}

function kindOf(field: DescField): JsonKind {
  if (field.fieldKind === 'list') return field.listKind === 'message' ? 'message' : 'rare'
  if (field.fieldKind === 'enum') return 'enum'
  if (field.fieldKind === 'message') return 'message'
  switch (field.scalar) {
    case ScalarType.STRING:
      return 'text'
    case ScalarType.BYTES:
      // OTLP writes ids in hex, and all other bytes as protobuf does.
      return field.name.endsWith('_id') ? 'id' : 'rare'
    case ScalarType.BOOL:
      return 'bool'
    case ScalarType.INT32:
    case ScalarType.UINT32:
      return 'int32'
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return 'int64'
    case ScalarType.FIXED32:
      return 'fixed32'
    case ScalarType.FIXED64:
      return 'fixed64'
    case ScalarType.DOUBLE:
      return 'double'
    default:
      return 'rare'
  }
}
