const SLOTS = 2 ** 18
const HEAD_BYTES = 16

/** Memory that the writer shares with the readers: 3 MiB. */
export function openEventsMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(
    HEAD_BYTES + SLOTS * (BigInt64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT),
  )
}

/**
 * The trace of each of the newest events that have one, as 32 bits in memory beside its cursor: the open part has no index
 * of traces yet, and to search its rows takes longer than all the rest of a look-up.
 */
export class OpenEvents {
  /** The cursor from which on everything is noted. */
  readonly #since: BigInt64Array
  /** How many were noted; once all slots are taken, it goes round between one time and two times their number. */
  readonly #count: Uint32Array
  readonly #cursors: BigInt64Array
  readonly #hashes: Uint32Array

  constructor(memory: SharedArrayBuffer) {
    this.#since = new BigInt64Array(memory, 0, 1)
    this.#count = new Uint32Array(memory, 8, 1)
    this.#cursors = new BigInt64Array(memory, HEAD_BYTES, SLOTS)
    this.#hashes = new Uint32Array(memory, HEAD_BYTES + this.#cursors.byteLength, SLOTS)
  }

  /** From this cursor on everything will be noted, in the order of cursors. */
  begin(cursor: bigint): void {
    Atomics.store(this.#since, 0, cursor)
  }

  add(cursor: bigint, traceId: string): void {
    const count = this.#count[0]!
    const slot = count % SLOTS
    if (count >= SLOTS) Atomics.store(this.#since, 0, this.#cursors[slot]! + 1n)
    this.#cursors[slot] = cursor
    this.#hashes[slot] = hashOf(traceId)
    Atomics.store(this.#count, 0, count + 1 === 2 * SLOTS ? SLOTS : count + 1)
  }

  /**
   * Between which cursors, both inclusive, all events of a trace are that have a cursor of `from` or higher. Others may be
   * there, too.
   *
   * @returns null where there are none; undefined where not everything since `from` is noted.
   */
  rangeOf(traceId: string, from: bigint): [first: bigint, last: bigint] | null | undefined {
    const count = Atomics.load(this.#count, 0)
    const hash = hashOf(traceId)
    let [first, last] = [0n, -1n]
    for (let at = Math.max(0, count - SLOTS); at < count; at++) {
      if (this.#hashes[at % SLOTS] !== hash) continue
      const cursor = this.#cursors[at % SLOTS]!
      if (cursor < from) continue
      if (last < 0n) first = cursor
      last = cursor
    }
    // Looked at last: what was noted meanwhile may have taken the place of the oldest.
    const since = Atomics.load(this.#since, 0)
    if (since === 0n || since > from) return undefined
    return last < 0n ? null : [first, last]
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
