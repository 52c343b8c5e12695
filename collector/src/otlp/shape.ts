import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf'
import { LIMITS } from '../config/limits.ts'
import { WireType } from '@bufbuild/protobuf/wire'

/** What the bytes of one field must look like. */
export interface FieldShape {
  /** As in the .proto file. */
  name: string
  /** Of one value; a packed list comes as LengthDelimited instead. */
  wireType: number
  /** The field may come packed. */
  packable: boolean
  text: boolean
  isBytes: boolean
  /** Bytes that are kept of a text or of bytes. */
  maxBytes: number
  /** One more attribute of its message. */
  attribute: boolean
  message: MessageShape | undefined
}

/** A message type as a table, so that checking bytes needs no object per field. */
export interface MessageShape {
  name: string
  /** By field number; our types number their fields below 20. */
  fields: (FieldShape | undefined)[]
  /** Field number of `dropped_attributes_count`; undefined where there is none. */
  droppedField: number | undefined
}

const shapes = new Map<string, MessageShape>()

/** The shape of a message type, built at first use. */
export function shapeOf(schema: DescMessage): MessageShape {
  const known = shapes.get(schema.typeName)
  if (known) return known
  const droppedField = schema.fields.find(({ name }) => name === 'dropped_attributes_count')?.number
  const shape: MessageShape = { name: schema.name, fields: [], droppedField }
  shapes.set(schema.typeName, shape)
  for (const field of schema.fields) shape.fields[field.number] = fieldShape(schema, field)
  return shape
}

function fieldShape(parent: DescMessage, field: DescField): FieldShape {
  const wireType = wireTypeOf(field)
  return {
    name: field.name,
    wireType,
    packable: field.fieldKind === 'list' && wireType !== WireType.LengthDelimited,
    text: field.scalar === ScalarType.STRING,
    isBytes: field.scalar === ScalarType.BYTES,
    maxBytes: maxBytesOf(parent, field),
    attribute: field.name === 'attributes' || field.name === 'filtered_attributes',
    message: field.message && shapeOf(field.message),
  }
}

function maxBytesOf(parent: DescMessage, field: DescField): number {
  if (field.scalar !== ScalarType.STRING && field.scalar !== ScalarType.BYTES) return Number.POSITIVE_INFINITY
  if (parent.name === 'AnyValue') return LIMITS.attributeValueBytes.value
  return parent.name === 'KeyValue' ? LIMITS.attributeKeyBytes.value : LIMITS.textBytes.value
}

function wireTypeOf(field: DescField): number {
  if (field.message) return WireType.LengthDelimited
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32
    default:
      return WireType.Varint
  }
}
