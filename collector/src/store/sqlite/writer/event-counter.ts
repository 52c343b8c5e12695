import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { countEventsAnew } from '../catalog-parts.ts'
import { cursorTime } from '../cursor.ts'
import { transaction } from '../database.ts'
import { SEVERITY } from '../event-severity.ts'
import { EventStepCounts, type EventGroup, type EventSteps, type EventStretch } from '../event-steps.ts'
import type { Part, Parts } from './parts.ts'

/** Events of one look: a few milliseconds, for which a commit may have to wait. */
const LOOK_ROWS = 1000
/** Events of a stretch, which are kept together. So many of the open part wait for it. */
const STRETCH_ROWS = 4000
/** Names come from the network: what has more groups is counted when it is asked for. */
const MOST_GROUPS = 5000

interface Work {
  part: Part
  /** Highest cursor that is counted. */
  last: bigint
  /** Of all that is counted. */
  n: number
  groups: EventGroup[]
  /** Where the group of a source, type and severity is among them. */
  places: Map<string, number>
  steps: EventStepCounts
  stretch: Stretch
}

interface Stretch {
  first: bigint | undefined
  n: number
  /** By place. */
  groups: Map<number, number>
  steps: EventStepCounts
}

/**
 * Counts events by source, type and severity, and over time, oldest part first, a few at a time while there is nothing else to
 * do; the open part as it grows. What comes late to a part has a higher cursor than what is counted.
 */
export class EventCounter {
  readonly #catalog: DatabaseSync
  readonly #parts: Parts
  readonly #statements = new WeakMap<DatabaseSync, StatementSync>()
  #done: number
  #work: Work | undefined

  constructor(catalog: DatabaseSync, parts: Parts) {
    this.#catalog = catalog
    this.#parts = parts
    const newest = parts.database(parts.open).prepare('SELECT max(cursor) AS last FROM events')
    const counted = catalog.prepare('SELECT last FROM part_event_counts WHERE part = ?')
    for (const statement of [newest, counted]) statement.setReadBigInts(true)
    const last = (newest.get()!['last'] ?? 0n) as bigint
    // With the power the part may have lost more than the catalog.
    const isLost = ((counted.get(parts.open.id)?.['last'] ?? 0n) as bigint) > last
    if (isLost) transaction(catalog, () => countEventsAnew(catalog, parts.open))
    const done = catalog.prepare('SELECT max(part) AS part FROM part_event_counts WHERE whole').get()
    this.#done = Number(done!['part'])
  }

  /** Whether events wait. */
  get isBehind(): boolean {
    const part = this.#waitingPart()
    if (part === undefined || part !== this.#parts.open) return part !== undefined
    const work = this.#workOn(part)
    return work.stretch.n > 0 || part.rows - work.n >= STRETCH_ROWS
  }

  /** Does one look. @returns whether there is more to do. */
  step(): boolean {
    if (!this.isBehind) return false
    const part = this.#waitingPart()!
    try {
      return this.#look(this.#workOn(part), part === this.#parts.open)
    } catch (error) {
      this.#work = undefined
      throw error
    }
  }

  #waitingPart(): Part | undefined {
    const part = this.#parts.all.find((each) => each.id > this.#done)
    return part === undefined || part.rows === 0 ? undefined : part
  }

  #workOn(part: Part): Work {
    if (this.#work?.part !== part) this.#work = this.#begin(part)
    return this.#work
  }

  /** A part that was begun before goes on where it stopped. */
  #begin(part: Part): Work {
    const find = this.#catalog.prepare(
      'SELECT last, counts, steps FROM part_event_counts WHERE part = ? AND counts IS NOT NULL',
    )
    find.setReadBigInts(true)
    const known = find.get(part.id) as { last: bigint; counts: string; steps: string } | undefined
    const groups = known ? (JSON.parse(known.counts) as EventGroup[]) : []
    return {
      part,
      last: known?.last ?? 0n,
      n: groups.reduce((sum, [, , , n]) => sum + n, 0),
      groups,
      places: new Map(groups.map((group, place) => [keyOf(group), place])),
      steps: new EventStepCounts(known && (JSON.parse(known.steps) as EventSteps)),
      stretch: emptyStretch(),
    }
  }

  #look(work: Work, isOpen: boolean): boolean {
    const rows = this.#rows(work)
    for (const row of rows) count(work, row)
    const isTooMuch = work.groups.length > MOST_GROUPS
    const isWhole = isTooMuch || (rows.length < LOOK_ROWS && !isOpen)
    const isFull = work.stretch.n >= STRETCH_ROWS || (rows.length < LOOK_ROWS && work.stretch.n > 0)
    if (isWhole || isFull) this.#save(work, isWhole, isTooMuch)
    return isWhole || rows.length > 0
  }

  #rows({ part, last }: Work): Record<string, unknown>[] {
    const db = this.#parts.database(part)
    let next = this.#statements.get(db)
    if (!next) {
      next = db.prepare(`SELECT source, type, ${SEVERITY} AS severity, occurred_ms, cursor FROM events
        WHERE cursor > ? ORDER BY cursor LIMIT ${LOOK_ROWS}`)
      next.setReadBigInts(true)
      this.#statements.set(db, next)
    }
    return next.all(last)
  }

  #save(work: Work, isWhole: boolean, isTooMuch: boolean): void {
    const { part, last, groups, steps, stretch } = work
    const { first } = stretch
    transaction(this.#catalog, () => {
      if (isTooMuch) this.#catalog.prepare('DELETE FROM event_stretches WHERE part = ?').run(part.id)
      else if (first !== undefined) {
        const counts: EventStretch = { groups: [...stretch.groups], steps: stretch.steps.result() }
        this.#catalog
          .prepare('INSERT OR REPLACE INTO event_stretches (part, first, last, counts) VALUES (?, ?, ?, ?)')
          .run(part.id, first, last, JSON.stringify(counts))
      }
      const [counts, over] = isTooMuch
        ? [null, null]
        : [groups, steps.result()].map((each) => JSON.stringify(each))
      this.#catalog
        .prepare(
          'INSERT OR REPLACE INTO part_event_counts (part, last, counts, steps, whole) VALUES (?, ?, ?, ?, ?)',
        )
        .run(part.id, last, counts!, over!, Number(isWhole))
    })
    work.stretch = emptyStretch()
    if (!isWhole) return
    this.#done = part.id
    this.#work = undefined
  }
}

function count(work: Work, row: Record<string, unknown>): void {
  const [source, type, severity] = [row['source'], row['type'], row['severity']] as [string, string, string]
  const cursor = row['cursor'] as bigint
  const receivedMs = cursorTime(cursor)
  const at = Number(row['occurred_ms'])
  const key = keyOf([source, type, severity])
  let place = work.places.get(key)
  if (place === undefined) {
    work.places.set(key, (place = work.groups.length))
    work.groups.push([source, type, severity, 0, at, at])
  }
  const group = work.groups[place]!
  group[3]++
  group[4] = Math.min(group[4], at)
  group[5] = Math.max(group[5], at)
  work.steps.add(receivedMs, severity)
  work.n++
  work.last = cursor
  const { stretch } = work
  stretch.first ??= cursor
  stretch.n++
  stretch.groups.set(place, (stretch.groups.get(place) ?? 0) + 1)
  stretch.steps.add(receivedMs, severity)
}

const keyOf = ([source, type, severity]: readonly [string, string, string, ...unknown[]]) =>
  JSON.stringify([source, type, severity])

function emptyStretch(): Stretch {
  return { first: undefined, n: 0, groups: new Map(), steps: new EventStepCounts() }
}
