import { randomFillSync } from 'node:crypto'

const POOL_BYTES = 4096
const pool = Buffer.allocUnsafe(POOL_BYTES)
let at = POOL_BYTES

function randomHex(bytes: number): string {
  if (at + bytes > POOL_BYTES) {
    randomFillSync(pool)
    at = 0
  }
  return pool.toString('hex', at, (at += bytes))
}

/** 32 random hex digits. */
export function newTraceId(): string {
  return randomHex(16)
}

/** 16 random hex digits. */
export function newSpanId(): string {
  return randomHex(8)
}
