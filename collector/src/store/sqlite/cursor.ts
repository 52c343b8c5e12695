/**
 * A commit cursor is one integer, `unix milliseconds << 15 | counter`, so that it can be a rowid. In public it is a
 * ULID: the 10 characters of time, the counter as the next 3 (15 bits), then zeros; both orders are the same.
 */
const COUNTER_BITS = 15n
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** The cursor after `last` at the time `nowMs`; strictly greater than `last` also when the clock steps back. */
export function nextCursor(last: bigint, nowMs: number): bigint {
  const floor = cursorAt(nowMs)
  return floor > last ? floor : last + 1n
}

/** The lowest cursor of a millisecond. */
export function cursorAt(ms: number): bigint {
  return BigInt(Math.trunc(ms)) << COUNTER_BITS
}

/** The millisecond of a cursor. */
export function cursorTime(cursor: bigint): number {
  return Number(cursor >> COUNTER_BITS)
}

export function cursorToUlid(cursor: bigint): string {
  let text = ''
  // 48 bits of time and 15 of counter are 63 bits: 12 characters of 5 bits and a first one of 3.
  for (let rest = cursor, at = 0; at < 13; at++, rest >>= 5n) text = ALPHABET[Number(rest & 31n)] + text
  return text + '0'.repeat(13)
}

/**
 * The cursor that a ULID stands for; any ULID gives the greatest cursor not after it.
 *
 * @returns undefined when `ulid` is not one.
 */
export function ulidToCursor(ulid: string): bigint | undefined {
  const canonical = ulid.toUpperCase()
  if (!ULID.test(canonical)) return undefined
  let cursor = 0n
  for (const character of canonical.slice(0, 13))
    cursor = (cursor << 5n) | BigInt(ALPHABET.indexOf(character))
  return cursor
}

/** By the character's code. */
const VALUES = new Uint8Array(128)
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value

/** Milliseconds in the time part of a canonical ULID. */
export function ulidTime(ulid: string): number {
  let ms = 0
  for (let at = 0; at < 10; at++) ms = ms * 32 + VALUES[ulid.charCodeAt(at)]!
  return ms
}

/** The lowest ULID of a millisecond. */
export function ulidAt(ms: number): string {
  return cursorToUlid(cursorAt(ms))
}
