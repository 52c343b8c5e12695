// With these one look in 150 at a part that lacks the trace says that it may have it.
const BITS_PER_TRACE = 12
const PROBES = 4

/** A Bloom filter of the traces of a sealed part, given by their hashes. */
export function sealTraces(hashes: ReadonlySet<number>): Uint8Array {
  const bits = new Uint8Array(Math.max(8, Math.ceil((hashes.size * BITS_PER_TRACE) / 8)))
  for (const hash of hashes) {
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = bitOf(hash, probe, bits.length * 8)
      bits[bit >>> 3]! |= 1 << (bit & 7)
    }
  }
  return bits
}

/** Whether a part may have rows of this trace; one that has is never denied. */
export function mayHoldTrace(bits: Uint8Array, hash: number): boolean {
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
