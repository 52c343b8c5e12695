import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf'
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
  message: MessageShape | undefined
}

/** A message type as a table, so that checking bytes needs no object per field. */
export interface MessageShape {
  name: string
  /** By field number; our types number their fields below 20. */
  fields: (FieldShape | undefined)[]
}

const shapes = new Map<string, MessageShape>()

/** The shape of a message type, built at first use. */
export function shapeOf(schema: DescMessage): MessageShape {
  const known = shapes.get(schema.typeName)
  if (known) return known
  const shape: MessageShape = { name: schema.name, fields: [] }
  shapes.set(schema.typeName, shape)
  for (const field of schema.fields) shape.fields[field.number] = fieldShape(field)
  return shape
}

function fieldShape(field: DescField): FieldShape {
  const wireType = wireTypeOf(field)
  return {
    name: field.name,
    wireType,
    packable: field.fieldKind === 'list' && wireType !== WireType.LengthDelimited,
    text: field.scalar === ScalarType.STRING,
    message: field.message && shapeOf(field.message),
  }
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
