import { randomFillSync } from 'node:crypto'

const DIGITS = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ')
const TIME_DIGITS = 10
const RANDOM_DIGITS = 16

const pool = new Uint8Array(RANDOM_DIGITS * 256)
let at = pool.length

let lastMs = -1
/** The last id as text, and the values of the digits of its random half. */
const text = Buffer.alloc(TIME_DIGITS + RANDOM_DIGITS)
const random = new Uint8Array(RANDOM_DIGITS)

/**
 * A new ULID, greater than every one made before it in this process: within a millisecond, or when the clock goes back,
 * the random half counts on.
 *
 * @param nowMs milliseconds since the epoch
 */
export function newEventId(nowMs: number = Date.now()): string {
  const ms = Math.floor(nowMs)
  if (ms > lastMs) begin(ms)
  else if (!increment()) begin(lastMs + 1)
  return text.toString('latin1')
}

function begin(ms: number): void {
  lastMs = ms
  for (let rest = ms, digit = TIME_DIGITS - 1; digit >= 0; digit--, rest = Math.floor(rest / 32)) {
    text[digit] = DIGITS[rest & 31]!
  }
  if (at === pool.length) {
    randomFillSync(pool)
    at = 0
  }
  for (let digit = 0; digit < RANDOM_DIGITS; digit++) put(digit, pool[at++]! & 31)
}

/** False when there is no greater one. */
function increment(): boolean {
  for (let digit = RANDOM_DIGITS - 1; digit >= 0; digit--) {
    if (random[digit]! < 31) {
      put(digit, random[digit]! + 1)
      return true
    }
    put(digit, 0)
  }
  return false
}

function put(digit: number, value: number): void {
  random[digit] = value
  text[TIME_DIGITS + digit] = DIGITS[value]!
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

/** Whether `id` is a canonical (upper-case) ULID. */
export function isUlid(id: string): boolean {
  return ULID.test(id)
}

const ULID_IN_ANY_CASE = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/i
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * An id as it is kept and compared. Upper and lower case are the same in a ULID, kept in upper case, and in a UUID, kept in
 * lower case; any other id stays as it is.
 *
 * @example
 * canonicalId('0F8FAD5B-D9CB-469F-A165-70867728950E') // '0f8fad5b-d9cb-469f-a165-70867728950e'
 */
export function canonicalId(id: string): string {
  if (ULID.test(id)) return id
  if (ULID_IN_ANY_CASE.test(id)) return id.toUpperCase()
  return UUID.test(id) ? id.toLowerCase() : id
}
