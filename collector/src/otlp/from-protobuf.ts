import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

import { checkMessage } from './check.ts'
import { EMPTY, stepOver } from './columns.ts'
import { attempt, OtlpDecodeError, reasonOf } from './errors.ts'
import { originOf, resourceOf } from './origin.ts'
import type { Rejections } from './rejections.ts'
import type { SignalCodec } from './signals.ts'

/**
 * Rows of an encoded Export…ServiceRequest. No message is built: rows hold views of `body`, which they keep alive.
 *
 * @throws OtlpDecodeError when the frames around the items are broken.
 */
export function rowsFromProtobuf<Row>(
  codec: SignalCodec<Row>,
  body: Uint8Array,
  rejections: Rejections,
): Row[] {
  const rows: Row[] = []
  // A request is a list without a head, its only field being number 1.
  const resources = split(body, 0, 1, 'the request')
  resources.items.forEach((part, r) => {
    const inResource = `${codec.resources}[${r}]`
    const { head, items: scopes } = split(part, 1, 2, inResource)
    const resource = attempt(() => resourceOf(head, rejections.repairs))
    rejections.settle(() => `${inResource}.resource`)
    scopes.forEach((scopePart, s) => {
      const inScope = `${inResource}.${codec.scopes}[${s}]`
      const { head: scope, items } = split(scopePart, 1, 2, inScope)
      const origin =
        resource instanceof Error ? resource : attempt(() => originOf(resource, scope, rejections.repairs))
      rejections.settle(() => `${inScope}.scope`)
      items.forEach((item, i) => {
        const plain = origin instanceof Error ? undefined : codec.plainRow?.(item, origin)
        if (plain) return void rows.push(plain)
        const row =
          origin instanceof Error
            ? origin
            : attempt(() => codec.toRow(checkMessage(codec.itemSchema, item, rejections.repairs), origin))
        if (!(row instanceof Error)) rows.push(row)
        else rejections.add(`${inScope}.${codec.items}[${i}]`, row.message, weigh(codec, item))
        rejections.settle(() => `${inScope}.${codec.items}[${i}]`)
      })
    })
  })
  return rows
}

interface Parts {
  /** A submessage that comes in pieces is their concatenation. */
  head: Uint8Array
  items: Uint8Array[]
}

function split(bytes: Uint8Array, headField: number, itemField: number, place: string): Parts {
  const parts: Parts = { head: EMPTY, items: [] }
  const reader = new BinaryReader(bytes)
  const itemTag = (itemField << 3) | WireType.LengthDelimited
  try {
    while (reader.pos < reader.len) {
      const item = bytes[reader.pos] === itemTag ? shortField(bytes, reader.pos + 1) : undefined
      if (item) {
        parts.items.push(item)
        reader.pos = item.byteOffset + item.length - bytes.byteOffset
        continue
      }
      const [field, wireType] = reader.tag()
      if (field !== headField && field !== itemField) stepOver(reader, field, wireType)
      else if (wireType !== WireType.LengthDelimited) throw new Error(`field ${field} is not a message`)
      else if (field === itemField) parts.items.push(reader.bytes())
      else parts.head = parts.head.length === 0 ? reader.bytes() : Buffer.concat([parts.head, reader.bytes()])
    }
    if (reader.pos > reader.len) throw new Error('premature EOF')
  } catch (error) {
    throw new OtlpDecodeError(`${place} cannot be read as protobuf: ${reasonOf(error)}`)
  }
  return parts
}

/** The content of a field, from its length on, where that is of two bytes at most, as that of nearly all items is. */
function shortField(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const [low, high] = [bytes[at]!, bytes[at + 1]!]
  if (low > 127 && high > 127) return undefined
  const from = low > 127 ? at + 2 : at + 1
  const stop = from + (low > 127 ? (low & 127) | (high << 7) : low)
  return stop <= bytes.length ? bytes.subarray(from, stop) : undefined
}

function weigh<Row>(codec: SignalCodec<Row>, item: Uint8Array): number {
  try {
    return Math.max(1, codec.weigh(item))
  } catch {
    return 1
  }
}
