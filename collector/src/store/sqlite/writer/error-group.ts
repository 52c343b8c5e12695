import { culpritOf } from '../../../errors/grouping.ts'
import { brief, cut, joined, TOLD, type Occurrence } from '../../../errors/occurrence.ts'
import { afterOccurrence, type GroupState } from '../../../errors/state.ts'
import { DAY_HOURS, HOUR_MS, KEPT_OCCURRENCES, KEPT_VALUES } from '../../errors.ts'
import { toState } from '../error-rows.ts'
import type { ErrorStatements } from './error-statements.ts'

/** Values of a kind that one commit may add to a group. */
const MAX_NEW_VALUES = 100
const MAX_MESSAGE = 500

/** What was counted in one hour. Told of by spans and logs alone, an occurrence may be among those that were folded. */
interface Hour {
  events: number
  quiet: number
  folded: number
}

interface Facet {
  kind: string
  value: string
  first: number
  last: number
  count: number
}

/** Which of a group's occurrences it was, and what is known of it. */
interface Kept {
  id: number
  occurrence: Occurrence
}

/**
 * A group of errors while a commit adds to it: what changes is summed up here and written once by `save`.
 *
 * Storms that a client folds reach us twice, as a count and as the spans of those that it counted; so an hour counts what
 * was reported one by one and, of the two others, the greater.
 */
export class ErrorGroup {
  readonly id: number
  readonly #service: number
  readonly #sql: ErrorStatements
  readonly #row: Record<string, unknown>
  readonly #hours = new Map<number, Hour>()
  readonly #days = new Map<number, number>()
  readonly #facets = new Map<string, Map<string, Facet>>()
  readonly #overflow: boolean
  #first: number
  #last: number
  #count: number
  #state: GroupState
  #stateChanged = false
  #kept: Kept[] = []
  #newest: Kept | undefined
  /** What is stored as the example, once it was read. */
  #example: Kept | null | undefined

  constructor(row: Record<string, unknown>, sql: ErrorStatements) {
    this.id = row['id'] as number
    this.#service = row['service_id'] as number
    this.#overflow = row['overflow'] === 1
    this.#sql = sql
    this.#row = row
    this.#count = row['count'] as number
    // A new group has not been seen yet.
    this.#first = this.#count === 0 ? Number.POSITIVE_INFINITY : (row['first_ms'] as number)
    this.#last = this.#count === 0 ? Number.NEGATIVE_INFINITY : (row['last_ms'] as number)
    this.#state = toState(row)
  }

  /** Counts an occurrence. @returns the hour that counts it. */
  add(occurrence: Occurrence, id: number): number {
    const hour = Math.floor(occurrence.timeMs / HOUR_MS)
    this.#recount(hour, (counts) => {
      if (occurrence.folded > 0) counts.folded += occurrence.folded
      else if (occurrence.told & TOLD.event) counts.events++
      else counts.quiet++
    })
    this.#first = Math.min(this.#first, occurrence.timeMs)
    this.#last = Math.max(this.#last, occurrence.timeMs)
    this.#note(occurrence)
    this.#decide(occurrence)
    this.#keep({ id, occurrence })
    return hour
  }

  /** An occurrence of which only spans and logs had told was reported too. */
  reported(hour: number): void {
    this.#recount(hour, (counts) => {
      counts.quiet--
      counts.events++
    })
  }

  /** Gives up an occurrence that belongs to another group. @returns what is known of it. */
  giveUp(hour: number, told: number, id: number): Occurrence | undefined {
    this.#recount(hour, (counts) => {
      if (told & TOLD.event) counts.events--
      else counts.quiet--
    })
    const known = this.#stored(id)
    if (known) this.#sql.dropOccurrence.run(id)
    return known
  }

  /** Adds what another signal says of a stored occurrence. */
  enrich(id: number, more: Occurrence): void {
    const known = this.#stored(id)
    if (known) this.#sql.saveOccurrence.run(JSON.stringify(brief(joined(known, more))), id)
    const example = this.#exampleNow()
    if (example?.id === id) this.#newest = { id, occurrence: joined(example.occurrence, more) }
  }

  /** Writes what changed. */
  save(): void {
    if (this.#count <= 0) return this.drop()
    const sql = this.#sql
    for (const [hour, { events, quiet, folded }] of this.#hours) {
      sql.saveHour.run(this.id, hour, events, quiet, folded)
    }
    for (const [day, added] of this.#days) if (added !== 0) sql.addDay.run(this.id, day, added)
    for (const [kind, values] of this.#facets) {
      for (const { value, first, last, count } of values.values()) {
        sql.addFacet.run(this.id, kind, value, first, last, count)
      }
      sql.trimFacets.run(this.id, kind, this.id, kind, KEPT_VALUES)
    }
    for (const { id, occurrence } of newestOf(this.#kept)) {
      sql.addOccurrence.run(id, this.id, occurrence.timeMs, JSON.stringify(brief(occurrence)))
    }
    if (this.#kept.length > 0) sql.trimOccurrences.run(this.id, this.id, KEPT_OCCURRENCES)
    this.#saveRow()
    if (!this.#stateChanged) return
    const { state, stateMs, resolvedVersion, mutedUntilMs, mutedUntilCount } = this.#state
    sql.saveState.run(state, stateMs, resolvedVersion, mutedUntilMs, mutedUntilCount, this.id)
  }

  /** Forgets the group and all that is kept of it. */
  drop(): void {
    for (const statement of this.#sql.forgetGroup) statement.run(this.id)
    this.#sql.dropGroup.run(this.id)
  }

  #saveRow(): void {
    const row = this.#row
    let { type, message, culprit, severity, handled } = row as Record<string, string | number | null>
    const newest = this.#newest
    if (newest) {
      const example = cut(newest.occurrence)
      this.#sql.saveExample.run(this.id, newest.id, example.timeMs, JSON.stringify(example))
      if (!this.#overflow) {
        type = example.type
        message = example.message.slice(0, MAX_MESSAGE)
        culprit = culpritOf(example.stack)
      }
      severity = example.severity ?? severity!
      handled = example.handled === null ? handled! : Number(example.handled)
    }
    const seen = [this.#first, this.#last, this.#count]
    this.#sql.saveGroup.run(type!, message!, culprit!, severity!, handled!, ...seen, this.id)
  }

  #recount(hour: number, change: (counts: Hour) => void): void {
    let counts = this.#hours.get(hour)
    if (!counts) {
      const stored = this.#sql.hour.get(this.id, hour) as Hour | undefined
      counts = stored ? { ...stored } : { events: 0, quiet: 0, folded: 0 }
      this.#hours.set(hour, counts)
    }
    const before = countOf(counts)
    change(counts)
    counts.quiet = Math.max(0, counts.quiet)
    const added = countOf(counts) - before
    this.#count += added
    const day = Math.floor(hour / DAY_HOURS)
    this.#days.set(day, (this.#days.get(day) ?? 0) + added)
  }

  /** Which versions, places and people an occurrence adds. */
  #note({ version, env, instance, route, user, timeMs }: Occurrence): void {
    for (const [kind, value] of Object.entries({ version, env, instance, route, user })) {
      if (value === null) continue
      let values = this.#facets.get(kind)
      if (!values) this.#facets.set(kind, (values = new Map()))
      const known = values.get(value)
      if (known) {
        known.first = Math.min(known.first, timeMs)
        known.last = Math.max(known.last, timeMs)
        known.count++
      } else {
        // Of too many the first are let go: those seen last are kept.
        if (values.size >= MAX_NEW_VALUES) values.delete(values.keys().next().value!)
        values.set(value, { kind, value, first: timeMs, last: timeMs, count: 1 })
      }
    }
  }

  #decide({ timeMs, version }: Occurrence): void {
    const { id } = this
    const firstSeen = (of: string): number | null =>
      this.#sql.versionSeen.get(id, of, this.#service, of)!['at'] as number | null
    const after = afterOccurrence(this.#state, { timeMs, version, count: this.#count, firstSeen })
    if (after === this.#state) return
    this.#state = after
    this.#stateChanged = true
  }

  /** Of a storm no more is held than will be stored; what is folded is no example while there is a whole one. */
  #keep(kept: Kept): void {
    this.#kept.push(kept)
    if (this.#kept.length > 4 * KEPT_OCCURRENCES) this.#kept = newestOf(this.#kept)
    const before = this.#newest ?? this.#exampleNow()
    if (!before || isBetter(kept.occurrence, before.occurrence)) this.#newest = kept
  }

  #exampleNow(): Kept | null {
    if (this.#newest) return this.#newest
    if (this.#example === undefined) {
      const row = this.#sql.example.get(this.id)
      this.#example = row
        ? {
            id: row['occurrence'] as number,
            occurrence: JSON.parse(row['body'] as string) as Occurrence,
          }
        : null
    }
    return this.#example
  }

  #stored(id: number): Occurrence | undefined {
    const body = this.#sql.occurrence.get(id)?.['body']
    return body === undefined ? undefined : { ...(JSON.parse(body as string) as Occurrence), stack: '' }
  }
}

function countOf({ events, quiet, folded }: Hour): number {
  return events + Math.max(quiet, folded)
}

function newestOf(kept: Kept[]): Kept[] {
  return kept
    .toSorted((a, b) => b.occurrence.timeMs - a.occurrence.timeMs || b.id - a.id)
    .slice(0, KEPT_OCCURRENCES)
}

function isBetter(a: Occurrence, b: Occurrence): boolean {
  if (a.folded > 0 !== b.folded > 0) return b.folded > 0
  return a.timeMs >= b.timeMs
}
