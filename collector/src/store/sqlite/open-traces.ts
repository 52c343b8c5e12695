import { openEventsMemory } from './open-events.ts'
import { traceHash } from './trace-hash.ts'

const SLOTS = 2 ** 18

/** Memory that the writer shares with the readers. */
export type OpenTracesMemory = Record<'spans' | 'logs' | 'events', SharedArrayBuffer>

/** For each signal whose rows are looked up by trace; 1 MiB for spans and for logs. */
export function openTracesMemory(): OpenTracesMemory {
  const bytes = SLOTS * Uint32Array.BYTES_PER_ELEMENT
  return {
    spans: new SharedArrayBuffer(bytes),
    logs: new SharedArrayBuffer(bytes),
    events: openEventsMemory(),
  }
}

/**
 * The trace of each of the newest rows of a signal, as 32 bits in memory: the open part has no index yet, and to search its
 * rows takes longer than all the rest of a look-up. What it finds may be of another trace, or not be there.
 */
export class OpenTraces {
  readonly #hashes: Uint32Array

  constructor(memory: SharedArrayBuffer) {
    this.#hashes = new Uint32Array(memory)
  }

  /** Notes the trace of a row, null for none. */
  set(seq: number, traceId: Uint8Array | null): void {
    this.#hashes[seq % SLOTS] = traceId === null ? 0 : traceHash(traceId)
  }

  /** Calls back for every row of a range, which is inclusive. @returns false where it is longer than what is noted. */
  each(from: bigint, to: bigint, visit: (seq: number, hash: number) => void): boolean {
    if (to - from >= BigInt(SLOTS)) return false
    const last = Number(to)
    for (let seq = Number(from); seq <= last; seq++) {
      const hash = this.#hashes[seq % SLOTS]!
      if (hash !== 0) visit(seq, hash)
    }
    return true
  }
}
