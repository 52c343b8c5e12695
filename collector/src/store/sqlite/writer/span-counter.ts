import type { DatabaseSync } from 'node:sqlite'
import { transaction } from '../database.ts'
import { encodeDurations, noDurations, type DurationCounts } from '../duration-histogram.ts'
import { COUNT_STEPS_MS, MOST_COUNT_STEPS } from '../event-steps.ts'
import { spanGroup, spanGroupSql } from '../span-counts.ts'
import type { Part, Parts } from './parts.ts'

/** Spans of one look: a few milliseconds, for which a commit may have to wait. */
const LOOK_ROWS = 5000n

interface Work {
  part: Part
  /** Highest seq that is counted. */
  last: bigint
  /** Milliseconds of a step. */
  ms: number
  /** By step, those that failed beside the others. */
  steps: Map<number, Record<'failed' | 'others', DurationCounts>>
}

/**
 * Counts the spans of sealed parts over time, by how long they took and whether they failed, oldest part first, a few at a
 * time while there is nothing else to do. A sealed part of spans never changes.
 */
export class SpanCounter {
  readonly #catalog: DatabaseSync
  readonly #parts: Parts
  #done: number
  #work: Work | undefined

  constructor(catalog: DatabaseSync, parts: Parts) {
    this.#catalog = catalog
    this.#parts = parts
    this.#done = Number(catalog.prepare('SELECT max(part) AS part FROM part_span_counts').get()!['part'])
  }

  /** Does one look. @returns whether there is more to do. */
  step(): boolean {
    const part = this.#parts.all.find((each) => each.id > this.#done && each !== this.#parts.open)
    if (part === undefined) return false
    const { minSeq, maxSeq, minTimeMs, maxTimeMs } = part
    if (this.#work?.part !== part) {
      const range = maxTimeMs! - minTimeMs!
      const ms = COUNT_STEPS_MS.find((length) => range / length < MOST_COUNT_STEPS) ?? COUNT_STEPS_MS.at(-1)!
      this.#work = { part, last: minSeq! - 1n, ms, steps: new Map() }
    }
    this.#advance(this.#work)
    if (this.#work.last >= maxSeq!) this.#finish(this.#work)
    return true
  }

  #advance(work: Work): void {
    const rows = this.#parts
      .database(work.part)
      .prepare(
        `SELECT ${spanGroupSql(work.ms)} AS key, count(*) AS n FROM spans WHERE seq > ? AND seq <= ? GROUP BY 1`,
      )
      .all(work.last, work.last + LOOK_ROWS)
    for (const { key, n } of rows as unknown as { key: number; n: number }[]) {
      const { step, failed, bucket } = spanGroup(key)
      let counts = work.steps.get(step)
      if (!counts) work.steps.set(step, (counts = { failed: noDurations(), others: noDurations() }))
      counts[failed ? 'failed' : 'others'][bucket]! += n
    }
    work.last += LOOK_ROWS
  }

  #finish({ part, ms, steps }: Work): void {
    const insert = this.#catalog.prepare(
      'INSERT OR REPLACE INTO part_span_counts (part, step_ms, step, failed, others) VALUES (?, ?, ?, ?, ?)',
    )
    transaction(this.#catalog, () => {
      for (const [step, { failed, others }] of steps) {
        insert.run(part.id, ms, step, encodeDurations(failed), encodeDurations(others))
      }
    })
    this.#done = part.id
    this.#work = undefined
  }
}
