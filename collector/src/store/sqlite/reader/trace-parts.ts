import { OpenTraces, type OpenTracesMemory } from '../open-traces.ts'
import { mayHoldTrace } from '../sealed-traces.ts'
import { traceHash } from '../trace-hash.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

// Of 100,000 spans each, with 150 KB at the most.
const MAX_KEPT = 300

/** Finds the rows of traces: asks first which parts can have any, since to open all of them would be most of the work. */
export class TraceParts {
  readonly #files: PartFiles
  readonly #open: OpenTracesMemory
  readonly #sealed = new Map<string, Uint8Array>()

  constructor(files: PartFiles, open: OpenTracesMemory) {
    this.#files = files
    this.#open = open
  }

  /**
   * The rows of some traces, part by part, oldest part first. It may give rows of other traces, too.
   *
   * @param columns as SQL
   * @param fits which parts are of interest
   */
  *rows<Row>(
    signal: 'spans' | 'logs',
    columns: string,
    traceIds: readonly Uint8Array[],
    fits: (part: ReadPart) => boolean = () => true,
  ): Generator<Row> {
    const wanted = traceIds.map((id) => ({ hash: traceHash(id), hex: Buffer.from(id).toString('hex') }))
    const hashes = new Set(wanted.map(({ hash }) => hash))
    const parts = this.#files.parts(signal)
    const last = parts.at(-1)
    for (const part of parts) {
      if (!fits(part)) continue
      const sealed = this.#sealedTraces(part)
      const seqs = !sealed && part === last ? this.#openRows(signal, part, hashes) : undefined
      if (seqs) {
        if (seqs.length > 0) {
          const sql = `SELECT ${columns} FROM ${signal} WHERE seq IN (SELECT value FROM json_each(?))`
          yield* this.#iterate<Row>(part, sql, seqs)
        }
        continue
      }
      const here = wanted.filter(({ hash }) => sealed === undefined || mayHoldTrace(sealed, hash))
      if (here.length === 0) continue
      const sql = `SELECT ${columns} FROM ${signal} WHERE trace_id IN (SELECT unhex(value) FROM json_each(?))`
      yield* this.#iterate<Row>(
        part,
        sql,
        here.map(({ hex }) => hex),
      )
    }
  }

  #iterate<Row>(part: ReadPart, sql: string, list: readonly (string | number)[]): Iterable<Row> {
    const rows = this.#files.prepare(part, sql, true).iterate(JSON.stringify(list))
    return rows as Iterable<unknown> as Iterable<Row>
  }

  #openRows(signal: 'spans' | 'logs', part: ReadPart, hashes: ReadonlySet<number>): number[] | undefined {
    const seqs: number[] = []
    const noted = new OpenTraces(this.#open[signal]).each(part.minSeq, part.maxSeq, (seq, hash) => {
      if (hashes.has(hash)) seqs.push(seq)
    })
    return noted ? seqs : undefined
  }

  /** Undefined for a part that an older collector sealed. */
  #sealedTraces({ signal, id }: ReadPart): Uint8Array | undefined {
    const key = `${signal}/${id}`
    const kept = this.#sealed.get(key)
    if (kept) return kept
    const row = this.#files.catalog
      .prepare('SELECT bits FROM part_traces WHERE signal = ? AND part = ?')
      .get(signal, id)
    if (!row) return undefined
    if (this.#sealed.size >= MAX_KEPT) this.#sealed.clear()
    const bits = row['bits'] as Uint8Array
    this.#sealed.set(key, bits)
    return bits
  }
}
