import { BinaryReader } from '@bufbuild/protobuf/wire'
import { stepOver } from './columns.ts'

/** What a span calls or takes messages from, by its attributes. */
export interface Peer {
  type: 'database' | 'messaging' | 'external'
  /** System and namespace, system and destination, or host, such as `postgresql/shop`. */
  name: string
  /** Whether messages are taken from it or acknowledged, not sent to it. */
  receives?: boolean
}

const KEYS = [
  'db.system.name',
  'db.system',
  'db.namespace',
  'db.name',
  'messaging.system',
  'messaging.destination.name',
  'messaging.destination.temporary',
  'messaging.destination.anonymous',
  'messaging.operation.type',
  'service.peer.name',
  'peer.service',
  'server.address',
  'net.peer.name',
] as const
type Key = (typeof KEYS)[number]

// Most attributes are told apart by the length of their key alone.
const LENGTHS = new Set(KEYS.map((key) => key.length))
const MAX_NAME = 200

/** The peer that an encoded CLIENT, PRODUCER or CONSUMER Span names, which has passed `checkMessage`. */
export function peerOfSpan(span: Uint8Array): Peer | undefined {
  const found = new Map<Key, string>()
  const reader = new BinaryReader(span)
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag >>> 3 === 9) readAttribute(reader, reader.uint32(), span, found)
    else stepOver(reader, tag >>> 3, tag & 7)
  }
  if (found.size === 0) return undefined
  const first = (...keys: Key[]) => keys.map((key) => found.get(key)).find(Boolean)
  const named = (...parts: (string | undefined)[]) => parts.filter(Boolean).join('/').slice(0, MAX_NAME)
  const host = first('server.address', 'net.peer.name')
  const database = first('db.system.name', 'db.system')
  if (database) return { type: 'database', name: named(database, first('db.namespace', 'db.name') ?? host) }
  const messaging = first('messaging.system')
  if (messaging) {
    // Such a destination is there for one reply or one subscriber.
    const passing = first('messaging.destination.temporary', 'messaging.destination.anonymous') === 'true'
    const operation = found.get('messaging.operation.type')
    return {
      type: 'messaging',
      name: named(messaging, passing ? undefined : first('messaging.destination.name')),
      receives: operation === 'receive' || operation === 'settle',
    }
  }
  const name = named(first('service.peer.name', 'peer.service') ?? host)
  return name === '' ? undefined : { type: 'external', name }
}

function readAttribute(
  reader: BinaryReader,
  length: number,
  span: Uint8Array,
  found: Map<Key, string>,
): void {
  const end = reader.pos + length
  let key: string | undefined
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 0x0a) {
      const size = reader.uint32()
      if (LENGTHS.has(size)) key = text(span, reader.pos, size)
      reader.pos += size
    } else if (tag === 0x12) {
      const size = reader.uint32()
      if (key !== undefined && (KEYS as readonly string[]).includes(key)) {
        const value = simpleValue(span, reader.pos, size)
        if (value !== undefined) found.set(key as Key, value)
      }
      reader.pos += size
    } else stepOver(reader, tag >>> 3, tag & 7)
  }
}

/** The value of an AnyValue that is a string or a boolean. */
function simpleValue(bytes: Uint8Array, at: number, size: number): string | undefined {
  const value = new BinaryReader(bytes.subarray(at, at + size))
  if (size === 0) return undefined
  const tag = value.uint32()
  if (tag === 0x0a) return value.string()
  return tag === 0x10 ? String(value.bool()) : undefined
}

function text({ buffer, byteOffset }: Uint8Array, at: number, size: number): string {
  return Buffer.from(buffer, byteOffset + at, size).toString('latin1')
}
