import { randomFillSync } from 'node:crypto'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Two digits for each ten bits. */
const PAIRS = Array.from({ length: 1024 }, (_, bits) => DIGITS[bits >> 5]! + DIGITS[bits & 31]!)
/** The random half: 80 bits as four numbers of twenty, the highest first. */
const PARTS = 4
const PART_BITS = 20
const PART_MAX = 2 ** PART_BITS - 1

const pool = new Uint32Array(PARTS * 256)
let at = pool.length

const random = new Uint32Array(PARTS)
let lastMs = -1
let timeDigits = ''

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
  let id = timeDigits
  for (const part of random) id += PAIRS[part >> 10]! + PAIRS[part & 1023]!
  return id
}

function begin(ms: number): void {
  lastMs = ms
  timeDigits = ''
  for (let rest = ms, pair = 0; pair < 5; pair++, rest = Math.floor(rest / 1024)) {
    timeDigits = PAIRS[rest % 1024]! + timeDigits
  }
  if (at === pool.length) {
    randomFillSync(pool)
    at = 0
  }
  for (let part = 0; part < PARTS; part++) random[part] = pool[at++]! >>> (32 - PART_BITS)
}

/** False when there is no greater one. */
function increment(): boolean {
  for (let part = PARTS - 1; part >= 0; part--) {
    if (random[part]! < PART_MAX) {
      random[part]!++
      return true
    }
    random[part] = 0
  }
  return false
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
  if (ULID_IN_ANY_CASE.test(id)) return id.toUpperCase()
  return UUID.test(id) ? id.toLowerCase() : id
}
