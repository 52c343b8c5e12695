import type { EventCounts } from '../../event-search.ts'
import type { EventFilter } from '../../events.ts'
import { conditionsOf, SEVERITY } from './events-filter.ts'
import type { PartFiles } from './part-files.ts'

// Names come from the network: an answer lists so many of a kind.
const MAX_NAMES = 1000
const OTHER = '(other)'

/** Counts the events that are kept and match. */
export function countEvents(files: PartFiles, filter: EventFilter): EventCounts {
  const watermark = files.watermark()
  const { sql, values } = conditionsOf(filter).all
  const statement = `SELECT source, type, ${SEVERITY} AS severity, count(*) AS n,
    min(occurred_ms) AS first, max(occurred_ms) AS last
    FROM events WHERE cursor <= ?${sql} GROUP BY 1, 2, 3`
  const [bySource, byType, bySeverity] = [new NameCounts(), new NameCounts(), new NameCounts()]
  let total = 0
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const part of files.parts('events')) {
    if (part.maxTimeMs < (filter.occurredFrom ?? 0)) continue
    if (part.minTimeMs >= (filter.occurredUntil ?? Number.POSITIVE_INFINITY)) continue
    for (const row of files.prepare(part, statement).all(watermark, ...values)) {
      const count = row['n'] as number
      total += count
      bySource.add(row['source'] as string, count)
      byType.add(row['type'] as string, count)
      bySeverity.add(row['severity'] as string, count)
      first = Math.min(first, row['first'] as number)
      last = Math.max(last, row['last'] as number)
    }
  }
  return {
    total,
    bySource: bySource.most(),
    byType: byType.most(),
    bySeverity: bySeverity.most(),
    first: total > 0 ? first : null,
    last: total > 0 ? last : null,
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
