/** 32 bits of a trace id, never 0; ids are random, but some fill only one half. */
export function traceHash(traceId: Uint8Array): number {
  let hash = 0
  for (let at = 0; at + 3 < traceId.length; at += 4) {
    const word = (traceId[at]! << 24) | (traceId[at + 1]! << 16) | (traceId[at + 2]! << 8) | traceId[at + 3]!
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash >>> 0 || 1
}
