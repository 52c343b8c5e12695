import { HttpError } from '../server/errors.ts'

/*
 * A commit cursor is a ULID of which the last 13 characters are zeros. A page's says there in which order it was read, as
 * another one would miss and repeat; an event's own cursor is good for either.
 */
const AT = 13
const MARKS = { asc: '0000000000ASC', desc: '000000000DESC' } as const
const PLAIN = '0'.repeat(AT)

export type Order = keyof typeof MARKS

/** The cursor that a page of this order ends with. */
export function pageCursor(cursor: string, order: Order): string {
  return cursor.slice(0, AT) + MARKS[order]
}

/**
 * The commit cursor in what a page, or an event, gave.
 *
 * @throws {HttpError} 400 when it is of a page in the other order.
 */
export function commitCursor(given: string, order: Order): string {
  const other = order === 'asc' ? 'desc' : 'asc'
  if (given.endsWith(MARKS[other])) {
    const message = `cursor is "${given}", of a page in the order ${other}; it must be one of the order ${order}, or of an event`
    throw new HttpError('invalid_parameter', message)
  }
  return given.slice(0, AT) + PLAIN
}
