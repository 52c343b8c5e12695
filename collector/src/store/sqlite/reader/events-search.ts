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
  const { limit, offset, order, sortBy } = search
  const watermark = files.watermark()
  const { sql, values } = conditionsOf(search).all
  const direction = order === 'asc' ? 'ASC' : 'DESC'
  // One more than asked for tells whether there are more.
  const wanted = offset + limit + 1
  const statement = `SELECT cursor, ${KEYS[sortBy]} AS key FROM events WHERE cursor <= ?${sql}
    ORDER BY key ${direction}, cursor ${direction} LIMIT ?`
  const budget = new WorkBudget({ rows: Number.POSITIVE_INFINITY, ms: SEARCH_MS })
  let places: Place[] = []
  let complete = true
  for (const part of inOrder(files, search)) {
    if (isBeyond(part, places[wanted - 1], search)) break
    if (budget.isSpent) {
      complete = false
      break
    }
    const found = files.prepare(part, statement, true).all(watermark, ...values, wanted)
    const more = found as unknown as Pick<Place, 'cursor' | 'key'>[]
    places = [...places, ...more.map(({ cursor, key }) => ({ part, cursor, key }))].sort((a, b) =>
      order === 'asc' ? compare(a, b) : compare(b, a),
    )
    places.length = Math.min(places.length, wanted)
  }
  return { ...read(files, places.slice(offset), limit), complete }
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

/** Whether neither this part nor those after it can have anything before the last place that is wanted. */
function isBeyond(part: ReadPart, last: Place | undefined, { sortBy, order }: EventSearch): boolean {
  if (sortBy !== 'occurred' || last === undefined) return false
  const time = Number(last.key)
  return order === 'asc' ? part.minTimeMs > time : part.maxTimeMs < time
}

function compare(a: Place, b: Place): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  return a.cursor < b.cursor ? -1 : 1
}

function read(files: PartFiles, places: readonly Place[], limit: number): Omit<EventSearchPage, 'complete'> {
  const events: ServedEvent[] = []
  let bytes = 0
  for (const { part, cursor } of places.slice(0, limit)) {
    const sql = 'SELECT source, type, body, received_ms FROM events WHERE cursor = ?'
    const row = files.prepare(part, sql, true).get(cursor)
    if (!row) continue
    const json = row['body'] as string
    bytes += json.length
    if (bytes > PAGE_MAX_BYTES && events.length > 0) break
    const [source, type] = [row['source'] as string, row['type'] as string]
    events.push(serveEvent({ cursor, source, type, json, receivedMs: Number(row['received_ms']) }))
  }
  return { events, hasMore: events.length < places.length }
}
