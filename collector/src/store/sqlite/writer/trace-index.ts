import type { DatabaseSync } from 'node:sqlite'
import type { StoredSignal } from '../../store.ts'
import { OpenTraces } from '../open-traces.ts'
import { bloomFilter } from '../bloom-filter.ts'
import { traceHash } from '../trace-hash.ts'
import type { Part, Parts } from './parts.ts'

/** Tells readers which rows of the open part, and which sealed parts, belong to a trace. */
export class TraceIndex {
  readonly #signal: StoredSignal
  readonly #parts: Parts
  readonly #catalog: DatabaseSync
  readonly #open: OpenTraces

  /** @throws what SQLite says when the open part cannot be read. */
  constructor(signal: StoredSignal, parts: Parts, catalog: DatabaseSync, memory: SharedArrayBuffer) {
    this.#signal = signal
    this.#parts = parts
    this.#catalog = catalog
    this.#open = new OpenTraces(memory)
    // The open part may be empty, and the one before it sealed without its traces, by an older collector.
    for (const part of parts.all.slice(-2)) {
      if (this.#isSealed(part)) continue
      for (const { seq, trace_id } of this.#rows(part)) this.#open.set(seq, trace_id)
    }
  }

  /** @param traceId null for a row without one. */
  add(seq: number, traceId: Uint8Array | null): void {
    this.#open.set(seq, traceId)
  }

  /** Keeps the traces of a part that is sealed; runs inside the sealing transaction. */
  seal(part: Part): void {
    if (part.minSeq === null || part.maxSeq === null) return
    const hashes = new Set<number>()
    const noted = this.#open.each(part.minSeq, part.maxSeq, (_seq, hash) => hashes.add(hash))
    if (!noted) {
      for (const { trace_id } of this.#rows(part)) if (trace_id) hashes.add(traceHash(trace_id))
    }
    this.#catalog
      .prepare('INSERT OR REPLACE INTO part_traces (signal, part, bits) VALUES (?, ?, ?)')
      .run(this.#signal, part.id, bloomFilter(hashes))
  }

  #isSealed({ id }: Part): boolean {
    const sealed = this.#catalog.prepare('SELECT 1 FROM part_traces WHERE signal = ? AND part = ?')
    return sealed.get(this.#signal, id) !== undefined
  }

  #rows(part: Part): Iterable<{ seq: number; trace_id: Uint8Array | null }> {
    const rows = this.#parts.database(part).prepare(`SELECT seq, trace_id FROM ${this.#signal}`)
    return rows.iterate() as Iterable<unknown> as Iterable<{ seq: number; trace_id: Uint8Array | null }>
  }
}
