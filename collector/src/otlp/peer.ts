import { ByteCursor } from './byte-cursor.ts'

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
type Found = Partial<Record<Key, string>>

// Most attributes are told apart by the length of their key alone.
const BY_LENGTH: Key[][] = []
for (const key of KEYS) (BY_LENGTH[key.length] ??= []).push(key)
const MAX_NAME = 200
const ATTRIBUTES = 9

/**
 * The peer that an encoded CLIENT, PRODUCER or CONSUMER Span names, which has passed `checkMessage`. It runs for nearly every
 * such span that comes in, so it reads the bytes by hand and makes text of the few values that count.
 */
export function peerOfSpan(span: Uint8Array): Peer | undefined {
  const found: Found = {}
  cursor.at = 0
  while (cursor.at < span.length) {
    const tag = cursor.varint(span)
    if (tag >>> 3 === ATTRIBUTES) {
      const length = cursor.varint(span)
      readAttribute(span, cursor.at + length, found)
    } else cursor.stepOver(span, tag & 7)
  }
  const host = found['server.address'] || found['net.peer.name']
  const database = found['db.system.name'] || found['db.system']
  if (database) {
    return { type: 'database', name: named(database, found['db.namespace'] || found['db.name'] || host) }
  }
  const messaging = found['messaging.system']
  if (messaging) {
    // Such a destination is there for one reply or one subscriber.
    const passing =
      found['messaging.destination.temporary'] === 'true' ||
      found['messaging.destination.anonymous'] === 'true'
    const operation = found['messaging.operation.type']
    return {
      type: 'messaging',
      name: named(messaging, passing ? undefined : found['messaging.destination.name']),
      receives: operation === 'receive' || operation === 'settle',
    }
  }
  const name = found['service.peer.name'] || found['peer.service'] || host
  return name ? { type: 'external', name: named(name) } : undefined
}

function named(first: string, second?: string): string {
  return (second ? `${first}/${second}` : first).slice(0, MAX_NAME)
}

/** One span is read at a time. */
const cursor = new ByteCursor()

function readAttribute(span: Uint8Array, end: number, found: Found): void {
  let key: Key | undefined
  while (cursor.at < end) {
    const tag = cursor.varint(span)
    if (tag === 0x0a) {
      const length = cursor.varint(span)
      const candidates = BY_LENGTH[length]
      if (candidates) key = candidates.find((candidate) => startsWith(span, candidate))
      cursor.at += length
    } else if (tag === 0x12) {
      const length = cursor.varint(span)
      const next = cursor.at + length
      if (key !== undefined && length > 0) {
        const value = simpleValue(span)
        if (value !== undefined) found[key] = value
      }
      cursor.at = next
    } else cursor.stepOver(span, tag & 7)
  }
}

/** The value of an AnyValue that is a string or a boolean. */
function simpleValue(span: Uint8Array): string | undefined {
  const tag = cursor.varint(span)
  if (tag === 0x10) return String(cursor.varint(span) !== 0)
  if (tag !== 0x0a) return undefined
  const length = cursor.varint(span)
  return Buffer.from(span.buffer, span.byteOffset + cursor.at, length).toString()
}

function startsWith(span: Uint8Array, key: string): boolean {
  // Keys of the same length differ at their ends most.
  for (let i = key.length - 1; i >= 0; i--) if (span[cursor.at + i] !== key.charCodeAt(i)) return false
  return true
}
