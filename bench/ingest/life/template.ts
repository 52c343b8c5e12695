import { newEventId } from '@hubline/core/wire'

/** A request that is sent again and again, each time with other ids and at another time. */
export interface Template {
  bytes: Uint8Array
  items: number
  marks: readonly Mark[]
}

/** What changes, and where it stands. */
interface Mark {
  kind: Kind
  at: number
  /** What it is made of: bytes of an id, or milliseconds after the start of the request. */
  of: Uint8Array | number
}

/** An id as bytes or hex digits, a ULID of now, or a time as nanoseconds of 64 bits or as text. */
type Kind = 'id' | 'hex' | 'ulid' | 'nanos' | 'iso'

/** What is to change, in the order in which it is in the bytes. */
export type Wanted = { kind: 'id' | 'hex' | 'ulid'; of: Uint8Array } | { kind: 'nanos' | 'iso'; of: number }

/** Milliseconds since the epoch at which a template starts. */
export const TEMPLATE_START = 1_700_000_000_000

/** @throws when something is not in the bytes. */
export function templateOf(bytes: Uint8Array, items: number, wanted: readonly Wanted[]): Template {
  const buffer = Buffer.from(bytes)
  let from = 0
  const marks = wanted.map(({ kind, of }): Mark => {
    const needle = written(kind, of)
    const at = buffer.indexOf(needle, from)
    if (at < 0) throw new Error(`a ${kind} of a template is not in its bytes`)
    from = at + needle.length
    return { kind, at, of }
  })
  return { bytes: buffer, items, marks }
}

function written(kind: Kind, of: Uint8Array | number): Buffer {
  if (kind === 'id') return Buffer.from(of as Uint8Array)
  if (kind === 'hex') return Buffer.from(Buffer.from(of as Uint8Array).toString('hex'))
  if (kind === 'ulid') return Buffer.from(of as Uint8Array)
  if (kind === 'iso') return Buffer.from(templateIso(of as number))
  const nanos = Buffer.alloc(8)
  nanos.writeBigUInt64LE(templateNanos(of as number))
  return nanos
}

/** Nanoseconds since the epoch of a time in a template. */
export function templateNanos(afterMs: number): bigint {
  return BigInt(TEMPLATE_START) * 1_000_000n + BigInt(Math.round(afterMs * 1e6))
}

export function templateIso(afterMs: number): string {
  return new Date(TEMPLATE_START + afterMs).toISOString()
}

/**
 * A request of its own made from a template.
 *
 * @param mask changes the ids: 16 bytes; the same mask keeps together what belongs together.
 * @param startMs milliseconds since the epoch at which it starts.
 */
export function stamp({ bytes, marks }: Template, mask: Uint8Array, startMs: number): Uint8Array {
  const made = Buffer.from(bytes)
  const shift = BigInt(Math.round(startMs - TEMPLATE_START)) * 1_000_000n
  for (const { kind, at, of } of marks) {
    if (kind === 'nanos') made.writeBigUInt64LE(made.readBigUInt64LE(at) + shift, at)
    else if (kind === 'id') {
      for (let byte = 0; byte < (of as Uint8Array).length; byte++) made[at + byte]! ^= mask[byte]!
    } else if (kind === 'hex') made.write(masked(of as Uint8Array, mask), at, 'latin1')
    else if (kind === 'ulid') made.write(newEventId(), at, 'latin1')
    else made.write(new Date(startMs + (of as number)).toISOString(), at, 'latin1')
  }
  return made
}

/** An id of a template, as hex digits, in what is made with this mask. */
export function masked(id: Uint8Array, mask: Uint8Array): string {
  return Buffer.from(id.map((byte, index) => byte ^ mask[index]!)).toString('hex')
}
