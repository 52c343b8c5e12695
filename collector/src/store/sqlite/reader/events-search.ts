import { SEVERITIES } from '@hubline/core/wire'
import type { EventSearch, EventSearchPage, SortKey } from '../../event-search.ts'
import type { ServedEvent } from '../../events.ts'
import { SEVERITY } from '../event-severity.ts'
import { serveEvent } from '../served-event.ts'
import { conditionsOf } from './events-filter.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { WorkBudget } from './work-budget.ts'

const PAGE_MAX_BYTES = 8 * 1024 * 1024
// A part takes a part of a second, and a query has five.
const SEARCH_MS = 3000
const RANK = `CASE ${SEVERITY} ${SEVERITIES.map((name, rank) => `WHEN '${name}' THEN ${rank}`).join(' ')} END`

const KEYS: Readonly<Record<SortKey, string>> = {
  occurred: 'occurred_ms',
  received: 'cursor',
  severity: RANK,
  source: 'source',
  type: 'type',
}

/** Where an event is, and what it is sorted by. */
interface Place {
  part: ReadPart
  cursor: bigint
  key: bigint | string
}

/** One page of events in any order: first where they are, then these alone are read. */
export function searchEvents(files: PartFiles, search: EventSearch): EventSearchPage {
  const { limit, offset, order, sortBy, scanMs = SEARCH_MS } = search
  const candidates = inOrder(files, search)
  const until = search.from?.until ?? files.watermark()
  const [group, ...later] = search.from?.groups ?? [{ parts: candidates.map(({ id }) => id) }]
  const own = new Set(group?.parts)
  const parts = candidates.filter(({ id }) => own.has(id))
  const { after } = group ?? {}
  const { sql, values } = conditionsOf(search).all
  const [direction, beyond] = order === 'asc' ? ['ASC', '>'] : ['DESC', '<']
  const key = KEYS[sortBy]
  // One more than asked for tells whether there are more.
  const wanted = offset + limit + 1
  const statement = `SELECT cursor, ${key} AS key FROM events WHERE cursor <= ?${sql}
    ${after ? `AND (${key}, cursor) ${beyond} (?, ?)` : ''} ORDER BY key ${direction}, cursor ${direction} LIMIT ?`
  const bound = [until, ...values, ...(after ? [after.key, after.cursor] : []), wanted]
  const budget = new WorkBudget({ rows: Number.POSITIVE_INFINITY, ms: scanMs })
  let places: Place[] = []
  let isAny = false
  // Parts for which there was no time.
  let cut: ReadPart[] = []
  for (const [index, part] of parts.entries()) {
    if (isBefore(part, after?.key, search)) continue
    if (isBeyond(part, places[wanted - 1], search)) break
    // One part at least, so that every page gets on.
    if (isAny && budget.isSpent) {
      cut = parts.slice(index)
      break
    }
    isAny = true
    const found = files.prepare(part, statement, true).all(...bound)
    const more = found as unknown as Pick<Place, 'cursor' | 'key'>[]
    places = [...places, ...more.map(({ cursor, key }) => ({ part, cursor, key }))].sort((a, b) =>
      order === 'asc' ? compare(a, b) : compare(b, a),
    )
    places.length = Math.min(places.length, wanted)
  }
  const { events, last, hasMore } = read(files, places.slice(offset), limit)
  const groups = [...later]
  if (cut.length > 0) groups.unshift({ ...group, parts: idsOf(cut) })
  if (hasMore) {
    const left = parts.filter((part) => !cut.includes(part))
    groups.unshift({ parts: idsOf(left), after: { key: last!.key, cursor: last!.cursor } })
  }
  const complete = cut.length === 0 && later.length === 0
  return { events, hasMore, complete, next: groups.length > 0 ? { until, groups } : null }
}

function idsOf(parts: readonly ReadPart[]): number[] {
  return parts.map(({ id }) => id)
}

/** The parts that can have a match; by time, those come first whose events do. */
function inOrder(files: PartFiles, { sortBy, order, occurredFrom, occurredUntil }: EventSearch): ReadPart[] {
  const parts = files
    .parts('events')
    .filter(({ maxTimeMs }) => maxTimeMs >= (occurredFrom ?? 0))
    .filter(({ minTimeMs }) => minTimeMs < (occurredUntil ?? Number.POSITIVE_INFINITY))
  // Where not all can be looked at, the newest are.
  if (sortBy !== 'occurred') return parts.toReversed()
  return parts.sort((a, b) => (order === 'asc' ? a.minTimeMs - b.minTimeMs : b.maxTimeMs - a.maxTimeMs))
}

/** Whether all of this part comes before what an earlier page ended with. */
function isBefore(part: ReadPart, after: Place['key'] | undefined, { sortBy, order }: EventSearch): boolean {
  if (sortBy !== 'occurred' || after === undefined) return false
  return order === 'asc' ? part.maxTimeMs < Number(after) : part.minTimeMs > Number(after)
}

/** Whether neither this part nor those after it can have anything before the last place that is wanted. */
function isBeyond(part: ReadPart, last: Place | undefined, { sortBy, order }: EventSearch): boolean {
  if (sortBy !== 'occurred' || last === undefined) return false
  const time = Number(last.key)
  return order === 'asc' ? part.minTimeMs > time : part.maxTimeMs < time
}

function compare(a: Place, b: Place): number {
  return compareKeys(a.key, b.key) || (a.cursor < b.cursor ? -1 : 1)
}

/** As SQLite does: texts by their bytes. */
function compareKeys(a: Place['key'], b: Place['key']): number {
  if (a === b) return 0
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}

/** The events at the first places, and the last of these places. */
function read(
  files: PartFiles,
  places: readonly Place[],
  limit: number,
): { events: ServedEvent[]; last: Place | undefined; hasMore: boolean } {
  const events: ServedEvent[] = []
  let bytes = 0
  let count = 0
  for (const { part, cursor } of places.slice(0, limit)) {
    const sql = 'SELECT source, type, body, received_ms FROM events WHERE cursor = ?'
    const row = files.prepare(part, sql, true).get(cursor)
    if (row) {
      const json = row['body'] as string
      bytes += json.length
      if (bytes > PAGE_MAX_BYTES && events.length > 0) break
      const [source, type] = [row['source'] as string, row['type'] as string]
      events.push(serveEvent({ cursor, source, type, json, receivedMs: Number(row['received_ms']) }))
    }
    count++
  }
  return { events, last: places[count - 1], hasMore: count < places.length }
}
