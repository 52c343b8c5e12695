const LATEST = 2n ** 63n - 1n

/**
 * A time as the store can keep it, in a signed 64-bit column.
 *
 * @throws Error for a time after April 2262.
 */
export function storableNanos(nanos: bigint, field: string): bigint {
  if (nanos > LATEST) throw new Error(`${field} is out of range: ${nanos}`)
  return nanos
}
