import { isUlid } from '@hubline/core/wire'
import type { EventPage, EventQuery, ServedEvent } from '../../events.ts'
import { cursorToUlid, ulidTime } from '../cursor.ts'
import { serveEvent } from '../served-event.ts'
import { EventSweep, type Chunk } from './events-sweep.ts'
import type { PartFiles } from './part-files.ts'

const PAGE_MAX_BYTES = 8 * 1024 * 1024
const COLUMNS = 'cursor, source, type, body, received_ms'

interface Row {
  cursor: bigint
  source: string
  type: string
  body: string
  received_ms: bigint
}

/** One page in the order of commit, or against it, merged from all parts that can have a row in it. */
export function listEvents(files: PartFiles, query: EventQuery): EventPage {
  const { limit, order, maxBytes = PAGE_MAX_BYTES } = query
  const sweep = new EventSweep(files, query, order, true)
  const { sql, values } = sweep.conditions.all
  const statement = `SELECT ${COLUMNS} FROM events WHERE cursor >= ? AND cursor <= ?${sql}
    ORDER BY cursor ${order === 'asc' ? 'ASC' : 'DESC'} LIMIT ?`
  // One row more than asked for tells whether there are more.
  let rows: Row[] = []
  while (!sweep.isOver && !sweep.isLate && !isFull(rows, query, sweep)) {
    sweep.step(({ part, from, to }: Chunk) => {
      const found: Row[] = []
      let bytes = 0
      const matching = files.prepare(part, statement, true).iterate(from, to, ...values, limit + 1)
      for (const row of matching as Iterable<unknown> as Iterable<Row>) {
        found.push(row)
        bytes += row.body.length
        if (bytes > maxBytes) break
      }
      rows = [...rows, ...found].sort((a, b) =>
        sweep.position(a.cursor) < sweep.position(b.cursor) ? -1 : 1,
      )
      rows.length = Math.min(rows.length, limit + 1)
      return found.length > limit || bytes > maxBytes ? found.at(-1)!.cursor : undefined
    })
  }
  const seen = rows.filter((row) => sweep.position(row.cursor) < sweep.front)
  const count = fitting(seen, limit, maxBytes)
  const events = seen.slice(0, count).map(served)
  if (count < seen.length) return { events, hasMore: true, next: events.at(-1)!.cursor }
  const hasMore = !sweep.isOver
  // Events will come after all there are, but none before them.
  const goesOn = sweep.lastCursor > 0n && (hasMore || order === 'asc')
  return { events, hasMore, next: goesOn ? cursorToUlid(sweep.lastCursor) : null }
}

/** The event with this id, wherever it is; of several sources' the newest, or that of `source`. */
export function findEvent(files: PartFiles, id: string, source?: string): ServedEvent | undefined {
  const listed = files.catalog.prepare('SELECT part FROM foreign_ids WHERE id = ?').all(id)
  const numbers = new Set(listed.map((row) => row['part']))
  const parts = files.parts('events')
  const placed = isUlid(id) ? parts.findLast((part) => part.fromMs <= ulidTime(id)) : undefined
  const own = source === undefined ? '' : 'AND source = ?'
  const sql = `SELECT ${COLUMNS} FROM events WHERE id = ? ${own} ORDER BY cursor DESC LIMIT 1`
  let newest: Row | undefined
  for (const part of parts) {
    if (part !== placed && !numbers.has(part.id)) continue
    const found = files.prepare(part, sql, true).get(id, ...(source === undefined ? [] : [source]))
    const row = found as unknown as Row | undefined
    if (row && (!newest || row.cursor > newest.cursor)) newest = row
  }
  return newest && served(newest)
}

/** Whether the rows up to where the search has come make a page and show that there is more. */
function isFull(
  rows: readonly Row[],
  { limit, maxBytes = PAGE_MAX_BYTES }: EventQuery,
  sweep: EventSweep,
): boolean {
  const { front } = sweep
  const end = rows.findIndex((row) => sweep.position(row.cursor) >= front)
  const seen = end < 0 ? rows : rows.slice(0, end)
  return fitting(seen, limit, maxBytes) < seen.length
}

/** How many of the rows fit on a page; one at least. */
function fitting(rows: readonly Row[], limit: number, maxBytes: number): number {
  let bytes = 0
  const end = rows.findIndex((row, index) => {
    bytes += row.body.length
    return index === limit || (bytes > maxBytes && index > 0)
  })
  return end < 0 ? rows.length : end
}

function served({ cursor, source, type, body, received_ms }: Row): ServedEvent {
  return serveEvent({ cursor, source, type, json: body, receivedMs: Number(received_ms) })
}
