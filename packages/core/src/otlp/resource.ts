import { bodies } from '../bytes/bodies.ts'
import { ProtobufWriter, varintBytes, WireType } from './protobuf-writer.ts'

import { writeAttributes } from './attributes.ts'
import type { Attributes, Scope } from './records.ts'

/**
 * Encodes an OTLP Resource: once per process, every request then holds these bytes.
 *
 * @example
 * const resource = encodeResource({ 'service.name': 'shop', 'service.version': '1.2.3' })
 */
export function encodeResource(attributes: Attributes): Uint8Array {
  const writer = new ProtobufWriter()
  writeAttributes(writer, 1, attributes)
  return writer.finish()
}

/**
 * Writes a request of one resource and one scope. The three Export…ServiceRequests are alike down to the items.
 *
 * @param writeItem writes the fields of one item
 */
export function encodeRequest<Item>(
  resource: Uint8Array,
  scope: Scope,
  items: readonly Item[],
  writeItem: (writer: ProtobufWriter, item: Item) => void,
): Uint8Array {
  const writer = requests.reset()
  writer.tag(1, WireType.LengthDelimited).fork()
  writer.tag(1, WireType.LengthDelimited).bytes(resource)
  writer.tag(2, WireType.LengthDelimited).fork()
  writeScope(writer, scope)
  for (const item of items) {
    writer.tag(2, WireType.LengthDelimited).fork()
    writeItem(writer, item)
    writer.join()
  }
  const body = bodies.of(writer.join().join().length)
  writer.copyTo(body, 0)
  return body
}

/** One request is written at a time: a new writer would grow step by step for each. */
const requests = new ProtobufWriter()

/**
 * What stands before the items of each group, each with its field's number and length, in a request of one resource and
 * several scopes: the items themselves may lie elsewhere.
 *
 * @param groups a scope, and the bytes of its items
 */
export function encodeHeads(
  resource: Uint8Array,
  groups: readonly { scope: Scope; bytes: number }[],
): Uint8Array[] {
  const scopes = groups.map(({ scope }) => {
    writeScope(requests.reset(), scope)
    return requests.finish()
  })
  const lengths = groups.map(({ bytes }, at) => scopes[at]!.length + bytes)
  const whole = lengths.reduce((sum, length) => sum + fieldBytes(length), fieldBytes(resource.length))
  return groups.map((_, at) => {
    const writer = requests.reset()
    if (at === 0) {
      writer.tag(1, WireType.LengthDelimited).uint32(whole)
      writer.tag(1, WireType.LengthDelimited).bytes(resource)
    }
    writer.tag(2, WireType.LengthDelimited).uint32(lengths[at]!)
    return writer.raw(scopes[at]!).finish()
  })
}

/** Bytes of a field that holds so many: its number, which is a low one, its length, and what it holds. */
function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length
}

function writeScope(writer: ProtobufWriter, scope: Scope): void {
  writer.tag(1, WireType.LengthDelimited).fork()
  writer.tag(1, WireType.LengthDelimited).string(scope.name)
  writer.tag(2, WireType.LengthDelimited).string(scope.version)
  writer.join()
}
