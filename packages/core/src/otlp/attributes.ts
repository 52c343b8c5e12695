import { ProtobufWriter, varintBytes, WireType } from './protobuf-writer.ts'
import type { Attributes, AttributeValue } from './records.ts'

/** Writes attributes as the repeated KeyValue field of that number. Safe integers become int64, other numbers double. */
export function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const key of Object.keys(attributes)) {
    const value = attributes[key]
    if (value === undefined || value === null) continue
    writer.tag(field, WireType.LengthDelimited).fork()
    writer.tag(1, WireType.LengthDelimited).string(key)
    writer.tag(2, WireType.LengthDelimited).fork()
    writeValue(writer, value)
    writer.join().join()
  }
}

/** An attribute of a text, whose name is put into bytes once. */
export class TextAttribute {
  readonly #field: number
  /** Its name, and the number of the field that holds its value. */
  readonly #key: Buffer

  constructor(field: number, name: string) {
    this.#field = field
    const key = new ProtobufWriter().tag(1, WireType.LengthDelimited).string(name)
    this.#key = key.tag(2, WireType.LengthDelimited).finish()
  }

  /** Nothing for what is undefined. */
  write(writer: ProtobufWriter, text: string | undefined): void {
    if (text === undefined) return
    const bytes = Buffer.byteLength(text)
    const value = 1 + varintBytes(bytes) + bytes
    writer.tag(this.#field, WireType.LengthDelimited)
    writer
      .uint32(this.#key.length + varintBytes(value) + value)
      .raw(this.#key)
      .uint32(value)
    writer.tag(1, WireType.LengthDelimited).uint32(bytes).text(text)
  }
}

/** Writes the fields of an AnyValue. */
export function writeValue(writer: ProtobufWriter, value: AttributeValue): void {
  if (typeof value === 'string') writer.tag(1, WireType.LengthDelimited).string(value)
  else if (typeof value === 'boolean') writer.tag(2, WireType.Varint).bool(value)
  else if (typeof value === 'number') writeNumber(writer, value)
  else if (Array.isArray(value)) {
    writer.tag(5, WireType.LengthDelimited).fork()
    for (const item of value as readonly (string | number | boolean)[]) {
      writer.tag(1, WireType.LengthDelimited).fork()
      writeValue(writer, item)
      writer.join()
    }
    writer.join()
  }
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (!Number.isSafeInteger(value)) writer.tag(4, WireType.Bit64).double(value)
  else writer.tag(3, WireType.Varint).int64(value)
}
