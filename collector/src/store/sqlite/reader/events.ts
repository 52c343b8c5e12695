import type { SQLInputValue } from 'node:sqlite'
import { isUlid } from '@hubline/core/wire'
import type { EventPage, EventQuery, ServedEvent } from '../../store.ts'
import { cursorAt, ulidTime, ulidToCursor } from '../cursor.ts'
import { serveEvent } from '../served-event.ts'
import type { PartFiles, ReadPart } from './part-files.ts'

const PAGE_MAX_BYTES = 8 * 1024 * 1024
const COLUMNS = 'cursor, source, type, body, received_ms'

interface Row {
  cursor: bigint
  source: string
  type: string
  body: string
  received_ms: bigint
}

/** One page in the order of commit, merged from all parts that can have a row in it. */
export function listEvents(files: PartFiles, query: EventQuery): EventPage {
  const { limit, order } = query
  const ascending = order === 'asc'
  const { from, to } = bounds(query, files.watermark())
  const { where, values } = filters(query)
  const sql = `SELECT ${COLUMNS} FROM events WHERE cursor >= ? AND cursor <= ? ${where}
    ORDER BY cursor ${ascending ? 'ASC' : 'DESC'} LIMIT ?`
  const before = (a: bigint, b: bigint) => (ascending ? a < b : a > b)
  const edge = (part: ReadPart) => (ascending ? part.minSeq : part.maxSeq)
  const parts = files
    .parts('events')
    .filter((part) => part.maxSeq >= from && part.minSeq <= to)
    .toSorted((a, b) => (before(edge(a), edge(b)) ? -1 : 1))
  let rows: Row[] = []
  for (const part of parts) {
    // One row more than asked for tells whether there are more.
    const last = rows.length > limit ? rows[limit]! : undefined
    if (last && before(last.cursor, edge(part))) break
    const found = files.prepare(part, sql, true).all(from, to, ...values, limit + 1) as unknown as Row[]
    rows =
      rows.length === 0 ? found : [...rows, ...found].sort((a, b) => (before(a.cursor, b.cursor) ? -1 : 1))
    rows.length = Math.min(rows.length, limit + 1)
  }
  return page(rows, limit)
}

/** The event with this id, wherever it is; of several sources' the newest, or that of `source`. */
export function findEvent(files: PartFiles, id: string, source?: string): ServedEvent | undefined {
  const listed = files.catalog.prepare('SELECT part FROM foreign_ids WHERE id = ?').all(id)
  const numbers = new Set(listed.map((row) => row['part']))
  const parts = files.parts('events')
  const placed = isUlid(id) ? parts.findLast((part) => part.fromMs <= ulidTime(id)) : undefined
  const { where, values } = filters(source === undefined ? {} : { source })
  const sql = `SELECT ${COLUMNS} FROM events WHERE id = ? ${where} ORDER BY cursor DESC LIMIT 1`
  let newest: Row | undefined
  for (const part of parts) {
    if (part !== placed && !numbers.has(part.id)) continue
    const row = files.prepare(part, sql, true).get(id, ...values) as unknown as Row | undefined
    if (row && (!newest || row.cursor > newest.cursor)) newest = row
  }
  return newest && served(newest)
}

function bounds(query: EventQuery, watermark: bigint): { from: bigint; to: bigint } {
  let from = query.since === undefined ? 0n : cursorAt(query.since)
  let to = watermark
  const cursor = query.cursor === undefined ? undefined : ulidToCursor(query.cursor)
  if (cursor !== undefined) {
    if (query.order === 'asc' && cursor + 1n > from) from = cursor + 1n
    if (query.order === 'desc' && cursor - 1n < to) to = cursor - 1n
  }
  return { from, to }
}

function filters({ source, type, correlationId, traceId }: Partial<EventQuery>): {
  where: string
  values: SQLInputValue[]
} {
  const conditions: [string, string | undefined][] = [
    ['source', source],
    ['type', type],
    ['correlation_id', correlationId],
    ['trace_id', traceId],
  ]
  let where = ''
  const values: SQLInputValue[] = []
  for (const [column, value] of conditions) {
    if (value === undefined) continue
    where += ` AND ${column} = ?`
    values.push(value)
  }
  return { where, values }
}

function page(rows: Row[], limit: number): EventPage {
  const events: ServedEvent[] = []
  let bytes = 0
  for (const row of rows) {
    bytes += row.body.length
    if (events.length === limit || (bytes > PAGE_MAX_BYTES && events.length > 0)) break
    events.push(served(row))
  }
  return { events, hasMore: events.length < rows.length }
}

function served({ cursor, source, type, body, received_ms }: Row): ServedEvent {
  return serveEvent({ cursor, source, type, json: body, receivedMs: Number(received_ms) })
}
