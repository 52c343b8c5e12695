import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { cursorTime } from '../cursor.ts'
import { SEVERITY } from '../event-severity.ts'
import { EventStepCounts } from '../event-steps.ts'
import type { Part, Parts } from './parts.ts'

/** Events of one step: a few milliseconds, for which a commit may have to wait. */
const STEP_ROWS = 1000
/** Names come from the network: what has more groups is counted when it is asked for. */
const MOST_GROUPS = 5000

/** Events of one source, type and severity: how many, and when the first and last happened, in ms since the epoch. */
export type EventGroup = [
  source: string,
  type: string,
  severity: string,
  n: number,
  first: number,
  last: number,
]

interface Work {
  part: Part
  /** Highest cursor that is counted. */
  last: bigint
  groups: Map<string, EventGroup>
  steps: EventStepCounts
}

/**
 * Counts the events of sealed parts by source, type and severity, and over time, oldest part first, a few at a time while there is
 * nothing else to do. What comes late to a part has a higher cursor than what is counted.
 */
export class EventCounter {
  readonly #parts: Parts
  readonly #save: StatementSync
  readonly #statements = new WeakMap<DatabaseSync, StatementSync>()
  #done: number
  #work: Work | undefined

  constructor(catalog: DatabaseSync, parts: Parts) {
    this.#parts = parts
    this.#save = catalog.prepare(
      'INSERT OR REPLACE INTO part_event_counts (part, last, counts, steps) VALUES (?, ?, ?, ?)',
    )
    this.#done = Number(catalog.prepare('SELECT max(part) AS part FROM part_event_counts').get()!['part'])
  }

  /** Does one step. @returns whether there is more to do. */
  step(): boolean {
    const part = this.#parts.all.find((each) => each.id > this.#done && each !== this.#parts.open)
    if (part === undefined) return false
    if (this.#work?.part !== part) {
      this.#work = { part, last: 0n, groups: new Map(), steps: new EventStepCounts() }
    }
    if (!this.#advance(this.#work)) this.#finish(this.#work)
    return true
  }

  #advance(work: Work): boolean {
    const db = this.#parts.database(work.part)
    let next = this.#statements.get(db)
    if (!next) {
      next = db.prepare(`SELECT source, type, ${SEVERITY} AS severity, occurred_ms, cursor FROM events
        WHERE cursor > ? ORDER BY cursor LIMIT ${STEP_ROWS}`)
      next.setReadBigInts(true)
      this.#statements.set(db, next)
    }
    const rows = next.all(work.last)
    for (const row of rows) {
      const [source, type, severity] = [row['source'], row['type'], row['severity']] as [
        string,
        string,
        string,
      ]
      work.steps.add(cursorTime(row['cursor'] as bigint), severity)
      const at = Number(row['occurred_ms'])
      const key = JSON.stringify([source, type, severity])
      const group = work.groups.get(key)
      if (!group) {
        work.groups.set(key, [source, type, severity, 1, at, at])
        continue
      }
      group[3]++
      group[4] = Math.min(group[4], at)
      group[5] = Math.max(group[5], at)
    }
    if (rows.length > 0) work.last = rows.at(-1)!['cursor'] as bigint
    return rows.length === STEP_ROWS && work.groups.size <= MOST_GROUPS
  }

  #finish({ part, last, groups, steps }: Work): void {
    const counts = groups.size > MOST_GROUPS ? null : JSON.stringify([...groups.values()])
    this.#save.run(part.id, last, counts, counts && JSON.stringify(steps.result()))
    this.#done = part.id
    this.#work = undefined
  }
}
