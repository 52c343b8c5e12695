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
