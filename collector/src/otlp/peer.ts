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
  at = 0
  while (at < span.length) {
    const tag = varint(span)
    if (tag >>> 3 === ATTRIBUTES) {
      const length = varint(span)
      readAttribute(span, at + length, found)
    } else stepOver(span, tag & 7)
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

/** Where the next byte is read; one span is read at a time. */
let at = 0

function readAttribute(span: Uint8Array, end: number, found: Found): void {
  let key: Key | undefined
  while (at < end) {
    const tag = varint(span)
    if (tag === 0x0a) {
      const length = varint(span)
      const candidates = BY_LENGTH[length]
      if (candidates) key = candidates.find((candidate) => startsWith(span, candidate))
      at += length
    } else if (tag === 0x12) {
      const length = varint(span)
      const next = at + length
      if (key !== undefined && length > 0) {
        const value = simpleValue(span)
        if (value !== undefined) found[key] = value
      }
      at = next
    } else stepOver(span, tag & 7)
  }
}

/** The value of an AnyValue that is a string or a boolean. */
function simpleValue(span: Uint8Array): string | undefined {
  const tag = varint(span)
  if (tag === 0x10) return String(varint(span) !== 0)
  if (tag !== 0x0a) return undefined
  const length = varint(span)
  return Buffer.from(span.buffer, span.byteOffset + at, length).toString()
}

function startsWith(span: Uint8Array, key: string): boolean {
  // Keys of the same length differ at their ends most.
  for (let i = key.length - 1; i >= 0; i--) if (span[at + i] !== key.charCodeAt(i)) return false
  return true
}

function stepOver(span: Uint8Array, wireType: number): void {
  if (wireType === 2) {
    const length = varint(span)
    at += length
  } else if (wireType === 1) at += 8
  else if (wireType === 5) at += 4
  else varint(span)
}

/** Of tags and lengths only the low 32 bits matter. */
function varint(span: Uint8Array): number {
  let byte = span[at++]!
  if (byte < 128) return byte
  let value = byte & 127
  for (let shift = 7; byte >= 128 && at < span.length; shift += 7) {
    byte = span[at++]!
    if (shift < 32) value |= (byte & 127) << shift
  }
  return value >>> 0
}
