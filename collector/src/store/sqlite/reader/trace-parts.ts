import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { OpenTraces, type OpenTracesMemory } from '../open-traces.ts'
import { mayHold } from '../bloom-filter.ts'
import { traceHash } from '../trace-hash.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

// Of 100,000 spans each, with 150 KB at the most.
const MAX_KEPT = 300

interface Wanted {
  signal: 'spans' | 'logs'
  /** As SQL. */
  columns: string
  traceIds: readonly Uint8Array[]
  /** Which parts are of interest. */
  fits?: (part: ReadPart) => boolean
  /** Rows before this one need not be given. */
  from?: bigint
  /** Further conditions, as SQL that starts with AND. */
  and?: { sql: string; values: readonly SQLInputValue[] }
}

/** Finds the rows of traces: asks first which parts can have any, since to open all of them would be most of the work. */
export class TraceParts {
  readonly #files: PartFiles
  readonly #open: OpenTracesMemory
  #find: StatementSync | undefined
  readonly #sealed = new Map<string, Uint8Array>()

  constructor(files: PartFiles, open: OpenTracesMemory) {
    this.#files = files
    this.#open = open
  }

  /** The rows of some traces, part by part, oldest part first. It may give rows of other traces, too. */
  *rows<Row>({ signal, columns, traceIds, fits = () => true, from = 0n, and }: Wanted): Generator<Row> {
    const wanted = traceIds.map((id) => ({ hash: traceHash(id), hex: Buffer.from(id).toString('hex') }))
    const hashes = new Set(wanted.map(({ hash }) => hash))
    const parts = this.#files.parts(signal)
    const last = parts.at(-1)
    for (const part of parts) {
      if (part.maxSeq < from || !fits(part)) continue
      const sealed = this.#sealedTraces(part)
      const first = part.minSeq > from ? part.minSeq : from
      const seqs = !sealed && part === last ? this.#openRows(signal, first, part.maxSeq, hashes) : undefined
      if (seqs) {
        if (seqs.length === 0) continue
        const sql = `SELECT ${columns} FROM ${signal} WHERE seq IN (SELECT value FROM json_each(?))${and?.sql ?? ''}`
        yield* this.#iterate<Row>(part, sql, seqs, and?.values)
        continue
      }
      const here = wanted.filter(({ hash }) => sealed === undefined || mayHold(sealed, hash))
      if (here.length === 0) continue
      const ids = here.map(({ hex }) => hex)
      const sql = `SELECT ${columns} FROM ${signal} WHERE trace_id IN (SELECT unhex(value) FROM json_each(?))${and?.sql ?? ''}`
      yield* this.#iterate<Row>(part, sql, ids, and?.values)
    }
  }

  #iterate<Row>(
    part: ReadPart,
    sql: string,
    list: readonly (string | number)[],
    values: readonly SQLInputValue[] = [],
  ): Iterable<Row> {
    const rows = this.#files.prepare(part, sql, true).iterate(JSON.stringify(list), ...values)
    return rows as Iterable<unknown> as Iterable<Row>
  }

  #openRows(
    signal: Wanted['signal'],
    from: bigint,
    to: bigint,
    hashes: ReadonlySet<number>,
  ): number[] | undefined {
    const seqs: number[] = []
    const noted = new OpenTraces(this.#open[signal]).each(from, to, (seq, hash) => {
      if (hashes.has(hash)) seqs.push(seq)
    })
    return noted ? seqs : undefined
  }

  /** Undefined for a part that an older collector sealed. */
  #sealedTraces({ signal, id }: ReadPart): Uint8Array | undefined {
    const key = `${signal}/${id}`
    const kept = this.#sealed.get(key)
    if (kept) return kept
    this.#find ??= this.#files.catalog.prepare('SELECT bits FROM part_traces WHERE signal = ? AND part = ?')
    const row = this.#find.get(signal, id)
    if (!row) return undefined
    if (this.#sealed.size >= MAX_KEPT) this.#sealed.clear()
    const bits = row['bits'] as Uint8Array
    this.#sealed.set(key, bits)
    return bits
  }
}
