import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { countSpansAnew } from '../catalog-parts.ts'
import { numbered, transaction } from '../database.ts'
import { COUNTED_SPANS, SpanStepCounts, spanGroup, spanGroupSql } from '../span-counts.ts'
import type { Part, Parts } from './parts.ts'

/** Spans of one look: a few milliseconds, for which a commit may have to wait. So many of the open part wait for it. */
const LOOK_ROWS = 5000n

interface Work {
  part: Part
  /** Highest seq that is counted. */
  last: bigint
  counts: SpanStepCounts
}

/**
 * Counts spans over time, by how long they took and whether they failed, oldest part first, a few at a time while there is
 * nothing else to do. The open part is counted as it grows; where sealing it takes out spans that came twice, it is counted anew.
 */
export class SpanCounter {
  readonly #catalog: DatabaseSync
  readonly #parts: Parts
  readonly #find: StatementSync
  #work: Work | undefined

  constructor(catalog: DatabaseSync, parts: Parts) {
    this.#catalog = catalog
    this.#parts = parts
    this.#find = catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?')
    this.#find.setReadBigInts(true)
    const { id, minSeq } = parts.open
    if (minSeq === null) return
    const newest = parts.database(parts.open).prepare('SELECT max(seq) AS seq FROM spans')
    newest.setReadBigInts(true)
    // With the power the part may have lost more than the catalog.
    const isLost = this.#counted() > ((newest.get()!['seq'] ?? 0n) as bigint)
    if (isLost) transaction(catalog, () => countSpansAnew(catalog, { id, minSeq }))
  }

  /** Whether spans wait. */
  get isBehind(): boolean {
    return this.#waiting() !== undefined
  }

  /** Does one look. @returns whether there is more to do. */
  step(): boolean {
    const waiting = this.#waiting()
    if (waiting === undefined) return false
    const { part, last } = waiting
    if (this.#work?.part !== part || this.#work.last !== last) this.#work = this.#begin(part, last)
    try {
      this.#advance(this.#work)
    } catch (error) {
      this.#work = undefined
      throw error
    }
    return true
  }

  #waiting(): { part: Part; last: bigint } | undefined {
    const counted = this.#counted()
    const part = this.#parts.all.find(({ maxSeq }) => maxSeq !== null && maxSeq > counted)
    if (part === undefined) return undefined
    const last = counted < part.minSeq! ? part.minSeq! - 1n : counted
    return part === this.#parts.open && part.maxSeq! - last < LOOK_ROWS ? undefined : { part, last }
  }

  #counted(): bigint {
    return (this.#find.get(COUNTED_SPANS)?.['seq'] ?? 0n) as bigint
  }

  /** A part that was begun before goes on where it stopped. */
  #begin(part: Part, last: bigint): Work {
    const counts = new SpanStepCounts()
    const known = this.#catalog.prepare(
      'SELECT step_ms, step, failed, others FROM part_span_counts WHERE part = ?',
    )
    if (last >= part.minSeq!) counts.restore(known.all(part.id))
    else this.#catalog.prepare('DELETE FROM part_span_counts WHERE part = ?').run(part.id)
    return { part, last, counts }
  }

  #advance(work: Work): void {
    const { part, counts } = work
    const last = work.last + LOOK_ROWS < part.maxSeq! ? work.last + LOOK_ROWS : part.maxSeq!
    const rows = this.#parts
      .database(part)
      .prepare(
        `SELECT ${spanGroupSql(counts.ms)} AS key, count(*) AS n FROM spans WHERE seq > ? AND seq <= ? GROUP BY 1`,
      )
      .all(work.last, last)
    const lookMs = counts.ms
    for (const { key, n } of rows as unknown as { key: number; n: number }[]) {
      counts.add(spanGroup(key), n, lookMs)
    }
    const { ms, isWhole, steps } = counts.changed()
    const insert = this.#catalog.prepare(
      'INSERT OR REPLACE INTO part_span_counts (part, step_ms, step, failed, others) VALUES (?, ?, ?, ?, ?)',
    )
    transaction(this.#catalog, () => {
      if (isWhole) this.#catalog.prepare('DELETE FROM part_span_counts WHERE part = ?').run(part.id)
      for (const { step, failed, others } of steps) insert.run(part.id, ms, step, failed, others)
      this.#catalog
        .prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?1, ?2)')
        .run(numbered(COUNTED_SPANS, last))
    })
    work.last = last
  }
}
