import { bodies } from '../bytes/bodies.ts'
import { ProtobufWriter, WireType } from './protobuf-writer.ts'

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
  return encodeScopes(resource, [{ scope, items }], (writer, item) => {
    writer.tag(2, WireType.LengthDelimited).fork()
    writeItem(writer, item)
    writer.join()
  })
}

/** One request is written at a time: a new writer would grow step by step for each. */
const requests = new ProtobufWriter()

/** As encodeRequest(), of several scopes; `writeItem` writes an item as field 2. */
export function encodeScopes<Item>(
  resource: Uint8Array,
  groups: readonly { scope: Scope; items: readonly Item[] }[],
  writeItem: (writer: ProtobufWriter, item: Item) => void,
): Uint8Array {
  const writer = requests.reset()
  writer.tag(1, WireType.LengthDelimited).fork()
  writer.tag(1, WireType.LengthDelimited).bytes(resource)
  for (const { scope, items } of groups) writeScope(writer, scope, items, writeItem)
  const body = bodies.of(writer.join().length)
  writer.copyTo(body, 0)
  return body
}

function writeScope<Item>(
  writer: ProtobufWriter,
  scope: Scope,
  items: readonly Item[],
  writeItem: (writer: ProtobufWriter, item: Item) => void,
): void {
  writer.tag(2, WireType.LengthDelimited).fork()
  writer.tag(1, WireType.LengthDelimited).fork()
  writer.tag(1, WireType.LengthDelimited).string(scope.name)
  writer.tag(2, WireType.LengthDelimited).string(scope.version)
  writer.join()
  for (const item of items) writeItem(writer, item)
  writer.join()
}
