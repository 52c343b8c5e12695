// With these one look in 150 at what lacks the item says that it may have it.
const BITS_PER_ITEM = 12
const PROBES = 4
const LEAST_BYTES = 8

/**
 * A Bloom filter of items given by their hashes.
 *
 * @param mostBytes where that is too few for so many, more looks err.
 */
export function bloomFilter(
  hashes: { size: number } & Iterable<number>,
  mostBytes: number = Number.POSITIVE_INFINITY,
): Uint8Array {
  const wanted = Math.ceil((hashes.size * BITS_PER_ITEM) / 8)
  const bits = new Uint8Array(Math.min(mostBytes, Math.max(LEAST_BYTES, wanted)))
  for (const hash of hashes) {
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = bitOf(hash, probe, bits.length * 8)
      bits[bit >>> 3]! |= 1 << (bit & 7)
    }
  }
  return bits
}

/** Whether an item may be among those of a filter; one that is is never denied. */
export function mayHold(bits: Uint8Array, hash: number): boolean {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(hash, probe, bits.length * 8)
    if ((bits[bit >>> 3]! & (1 << (bit & 7))) === 0) return false
  }
  return true
}

function bitOf(hash: number, probe: number, size: number): number {
  let mixed = Math.imul(hash ^ Math.imul(probe + 1, 0x85ebca6b), 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f)
  return ((mixed ^ (mixed >>> 13)) >>> 0) % size
}
