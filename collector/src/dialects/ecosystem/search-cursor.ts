import { HttpError } from '../../server/errors.ts'
import type { EventSearch, SearchGroup, SearchPosition } from '../../store/event-search.ts'

/** Longer ones would not fit into an address. */
const MAX_LENGTH = 6000
/** Whoever writes a cursor by hand is answered too, but not for more parts than these. */
const MAX_PARTS = 100_000

/** What a search is sorted by. */
export type Sorted = Pick<EventSearch, 'sortBy' | 'order'>
/** A group of a cursor: ranges of parts, and where it ended. */
type Written = [parts: string, key?: string, cursor?: string]

/** A position as text for an address; null where it would be too long. */
export function searchCursor({ until, groups }: SearchPosition, { sortBy, order }: Sorted): string | null {
  const written = groups.map(({ parts, after }): Written => {
    return after ? [ranges(parts), String(after.key), String(after.cursor)] : [ranges(parts)]
  })
  const text = Buffer.from(JSON.stringify([sortBy, order, String(until), ...written])).toString('base64url')
  return text.length <= MAX_LENGTH ? text : null
}

/** @throws {HttpError} 400 for what is no cursor, or one of a search in another order. */
export function readSearchCursor(given: string, { sortBy, order }: Sorted): SearchPosition {
  const [by, direction, until, ...groups] = readJson(given)
  if (by !== sortBy || direction !== order) {
    throw invalid('of a search in another order', 'it must be one of a page that was sorted alike')
  }
  const isText = sortBy === 'source' || sortBy === 'type'
  try {
    let count = 0
    const read = groups.map((each) => {
      const group = readGroup(each, isText)
      count += group.parts.length
      if (count > MAX_PARTS) throw new RangeError('more parts than there can be')
      return group
    })
    if (read.length > 0) return { until: BigInt(until as string), groups: read }
  } catch {
    // No number where there must be one.
  }
  throw unreadable()
}

function readGroup(written: unknown, isText: boolean): SearchGroup {
  const [parts, key, cursor] = written as Written
  const read = { parts: partsOf(parts) }
  if (key === undefined || cursor === undefined) return read
  return { ...read, after: { key: isText ? String(key) : BigInt(key), cursor: BigInt(cursor) } }
}

function readJson(given: string): unknown[] {
  try {
    const read = JSON.parse(Buffer.from(given, 'base64url').toString()) as unknown
    if (Array.isArray(read)) return read
  } catch {
    // Not JSON.
  }
  throw unreadable()
}

function unreadable(): HttpError {
  return invalid('no cursor', 'it must be the next_cursor of an earlier page')
}

function invalid(got: string, wanted: string): HttpError {
  return new HttpError('invalid_parameter', `cursor is ${got}; ${wanted}`)
}

/** Numbers as ranges, such as `1-40.43`. */
function ranges(parts: readonly number[]): string {
  const found: [from: number, to: number][] = []
  for (const part of parts.toSorted((a, b) => a - b)) {
    const last = found.at(-1)
    if (last && last[1] === part - 1) last[1] = part
    else found.push([part, part])
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join('.')
}

function partsOf(text: string): number[] {
  return text.split('.').flatMap((range) => {
    const [from = Number.NaN, to = from] = range.split('-').map((number) => Number(BigInt(number)))
    if (to - from >= MAX_PARTS) throw new RangeError('more parts than there can be')
    return Array.from({ length: to - from + 1 }, (_, n) => from + n)
  })
}
