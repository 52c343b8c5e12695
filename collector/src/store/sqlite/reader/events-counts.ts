import type { EventCounts } from '../../event-search.ts'
import type { EventFilter } from '../../events.ts'
import { SEVERITY } from '../event-severity.ts'
import type { EventGroup } from '../event-steps.ts'
import { canMatch, countedPart } from './counted-events.ts'
import { conditionsOf } from './events-filter.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { WorkBudget } from './work-budget.ts'

// Names come from the network: an answer lists so many of a kind.
const MAX_NAMES = 1000
const OTHER = '(other)'
// A part takes a part of a second, and a query has five.
const COUNT_MS = 3000

/** Counts the events that are kept and match: newest parts first, where it takes too long these alone. */
export function countEvents(files: PartFiles, filter: EventFilter): EventCounts {
  const budget = new WorkBudget({ rows: Number.POSITIVE_INFINITY, ms: COUNT_MS })
  const watermark = files.watermark()
  const tellsAll = isOfGroups(filter)
  const matches = canMatch(filter)
  const { sql, values } = conditionsOf(filter).all
  const statement = `SELECT source, type, ${SEVERITY} AS severity, count(*) AS n,
    min(occurred_ms) AS first, max(occurred_ms) AS last
    FROM events WHERE cursor > ? AND cursor <= ?${sql} GROUP BY 1, 2, 3`
  const sums = new Sums()
  let complete = true
  for (const part of files.parts('events').toReversed()) {
    if (part.maxTimeMs < (filter.occurredFrom ?? 0)) continue
    if (part.minTimeMs >= (filter.occurredUntil ?? Number.POSITIVE_INFINITY)) continue
    const known = tellsAll && isWithin(part, filter) ? countedPart(files, part) : undefined
    for (const group of known?.groups ?? []) if (matches(group)) sums.add(group)
    const after = known?.last ?? 0n
    if (after >= part.maxSeq) continue
    if (budget.isSpent) {
      complete = false
      continue
    }
    for (const row of files.prepare(part, statement).all(after, watermark, ...values)) {
      sums.add([
        row['source'],
        row['type'],
        row['severity'],
        row['n'],
        row['first'],
        row['last'],
      ] as EventGroup)
    }
  }
  return { ...sums.result(), complete }
}

/** Whether the groups that are counted of sealed parts tell which events are as asked for. */
function isOfGroups({
  source: _source,
  types: _types,
  severities: _severities,
  minSeverity: _min,
  occurredFrom: _from,
  occurredUntil: _until,
  ...others
}: EventFilter): boolean {
  return Object.values(others).every((asked) => asked === undefined)
}

function isWithin({ minTimeMs, maxTimeMs }: ReadPart, { occurredFrom, occurredUntil }: EventFilter): boolean {
  return minTimeMs >= (occurredFrom ?? minTimeMs) && maxTimeMs < (occurredUntil ?? Number.POSITIVE_INFINITY)
}

class Sums {
  #total = 0
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY
  readonly #sources = new NameCounts()
  readonly #types = new NameCounts()
  readonly #severities = new NameCounts()

  add([source, type, severity, count, first, last]: EventGroup): void {
    this.#total += count
    this.#sources.add(source, count)
    this.#types.add(type, count)
    this.#severities.add(severity, count)
    this.#first = Math.min(this.#first, first)
    this.#last = Math.max(this.#last, last)
  }

  result(): Omit<EventCounts, 'complete'> {
    return {
      total: this.#total,
      bySource: this.#sources.most(),
      byType: this.#types.most(),
      bySeverity: this.#severities.most(),
      first: this.#total > 0 ? this.#first : null,
      last: this.#total > 0 ? this.#last : null,
    }
  }
}

/** Counts by names that come from the network. */
export class NameCounts {
  readonly #counts = new Map<string, number>()

  add(name: string, count: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count)
  }

  /** Most first. */
  most(): Record<string, number> {
    const sorted = [...this.#counts].sort(([, a], [, b]) => b - a)
    const rest = sorted.slice(MAX_NAMES).reduce((sum, [, count]) => sum + count, 0)
    const listed = sorted.slice(0, MAX_NAMES)
    return Object.fromEntries(rest > 0 ? [...listed, [OTHER, rest]] : listed)
  }
}
