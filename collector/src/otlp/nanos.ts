/** What a signed 64-bit column can hold; in April 2262. */
export const LATEST_NANOS: bigint = 2n ** 63n - 1n

/**
 * A time as the store can keep it, in a signed 64-bit column.
 *
 * @throws Error for a time after April 2262.
 */
export function storableNanos(nanos: bigint, field: string): bigint {
  if (nanos > LATEST_NANOS) throw new Error(`${field} is out of range: ${nanos}`)
  return nanos
}

/** Nanoseconds of milliseconds since the epoch, for a comparison with stored times: none is later than what this gives. */
export function comparableNanos(ms: number): bigint {
  const nanos = BigInt(Math.trunc(ms)) * 1_000_000n
  return nanos > LATEST_NANOS ? LATEST_NANOS : nanos
}
