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

/** A trace id and a span id, which are had together for the price of one. */
export function newIds(): { traceId: string; spanId: string } {
  const both = randomHex(24)
  return { traceId: both.slice(0, 32), spanId: both.slice(32) }
}

/** 32 random hex digits. */
export function newTraceId(): string {
  return randomHex(16)
}

/** 16 random hex digits. */
export function newSpanId(): string {
  return randomHex(8)
}
