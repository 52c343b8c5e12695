import type { EventStats, EventStatsQuery } from '../../event-stats.ts'
import { cursorToUlid, ulidTime } from '../cursor.ts'
import { SEVERITY } from '../event-severity.ts'
import type { CountedPart, CountedStretch } from './counted-events.ts'
import { NameCounts } from './events-counts.ts'
import { EventSweep, type Chunk } from './events-sweep.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

interface Group {
  source: string
  type: string
  severity: string
  step: bigint
  n: bigint
}

/** Milliseconds of an event; of its receipt as the commit cursor has it, by which ranges go. */
const TIMES = { received: '(cursor >> 15)', occurred: 'occurred_ms' } as const

/** Counts what matches, newest first, as far as the time allows. */
export function countOverTime(files: PartFiles, query: EventStatsQuery): EventStats {
  const summed: { part: ReadPart; counted: CountedStretch }[] = []
  const sweep = new EventSweep(files, query, 'desc', false, (part, counted) => {
    if (!tellsAll(query, counted)) return false
    summed.push({ part, counted })
    return true
  })
  const { sql, values } = sweep.conditions.all
  const statement = `SELECT source, type, ${SEVERITY} AS severity, ${TIMES[query.time]} / ? AS step, count(*) AS n
    FROM events WHERE cursor >= ? AND cursor <= ?${sql} GROUP BY 1, 2, 3, 4`
  const groupsOf = ({ part, from, to }: Chunk) =>
    files.prepare(part, statement, true).all(BigInt(query.step), from, to, ...values) as unknown as Group[]
  const sums = new Sums(query.step)
  // Where parts overlap, some are counted further than all: what is ahead is summed up when the others have come so far.
  let ahead: { chunk: Chunk; groups: Group[] }[] = []
  while (!sweep.isOver && !sweep.isLate) {
    sweep.step((chunk) => void ahead.push({ chunk, groups: groupsOf(chunk) }))
    const still: typeof ahead = []
    for (const counted of ahead) {
      if (sweep.seenOf(counted.chunk) === counted.chunk) sums.add(counted.groups)
      else still.push(counted)
    }
    ahead = still
  }
  for (const { chunk } of ahead) {
    const seen = sweep.seenOf(chunk)
    if (seen) sums.add(groupsOf(seen))
  }
  for (const { part, counted } of summed) {
    // As long as the search is not over, what is older must not be counted.
    const from = sweep.isOver ? counted.first : sweep.lastCursor
    if (from <= counted.first) sums.addCounted(counted)
    else if (from <= counted.last) sums.add(groupsOf({ part, from, to: counted.last }))
  }
  const next = sweep.isOver ? null : cursorToUlid(sweep.lastCursor)
  return { ...sums.result(), countedSince: next === null ? null : ulidTime(next), next }
}

/** Whether the counts of a part are all that is asked of its events. */
function tellsAll(query: EventStatsQuery, { steps }: CountedPart): boolean {
  const { time, step, cursor: _, since: _since, until: _until, scanMs: _scan, ...filter } = query
  if (Object.values(filter).some((asked) => asked !== undefined)) return false
  return time === 'received' && steps !== undefined && step % steps.ms === 0
}

class Sums {
  #total = 0
  readonly #step: number
  readonly #sources = new NameCounts()
  readonly #types = new NameCounts()
  readonly #severities = new NameCounts()
  readonly #buckets = new Map<number, NameCounts>()

  constructor(step: number) {
    this.#step = step
  }

  add(groups: readonly Group[]): void {
    for (const { source, type, severity, step, n } of groups) {
      const count = Number(n)
      this.#total += count
      this.#sources.add(source, count)
      this.#types.add(type, count)
      this.#severities.add(severity, count)
      this.#bucket(Number(step)).add(severity, count)
    }
  }

  addCounted({ groups, steps }: CountedPart): void {
    for (const [source, type, severity, n] of groups) {
      this.#total += n
      this.#sources.add(source, n)
      this.#types.add(type, n)
      this.#severities.add(severity, n)
    }
    const { ms, counts } = steps!
    for (const [step, severity, n] of counts)
      this.#bucket(Math.floor((step * ms) / this.#step)).add(severity, n)
  }

  #bucket(step: number): NameCounts {
    const start = step * this.#step
    let bucket = this.#buckets.get(start)
    if (!bucket) this.#buckets.set(start, (bucket = new NameCounts()))
    return bucket
  }

  result(): Omit<EventStats, 'countedSince' | 'next'> {
    return {
      total: this.#total,
      bySource: this.#sources.most(),
      byType: this.#types.most(),
      bySeverity: this.#severities.most(),
      buckets: [...this.#buckets]
        .sort(([a], [b]) => a - b)
        .map(([start, counts]) => ({ start, bySeverity: counts.most() })),
    }
  }
}
