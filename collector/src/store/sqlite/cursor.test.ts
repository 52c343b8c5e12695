import { isUlid } from '@hubline/core/wire'
import { expect, test } from 'vitest'
import { cursorAt, cursorToUlid, nextCursor, ulidAt, ulidTime, ulidToCursor } from './cursor.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

test('a cursor and its ULID are each other', () => {
  for (const cursor of [0n, 1n, cursorAt(NOW), cursorAt(NOW) + 32_767n, 2n ** 63n - 1n]) {
    const ulid = cursorToUlid(cursor)
    expect(isUlid(ulid)).toBe(true)
    expect(ulidToCursor(ulid)).toBe(cursor)
  }
})

test('the time of a cursor is the time of its ULID', () => {
  expect(ulidTime(cursorToUlid(cursorAt(NOW) + 5n))).toBe(NOW)
  expect(ulidTime(ulidAt(NOW))).toBe(NOW)
})

test('ULIDs sort as their cursors do', () => {
  const cursors = [
    cursorAt(NOW - 1) + 32_767n,
    cursorAt(NOW),
    cursorAt(NOW) + 1n,
    cursorAt(NOW) + 32n,
    cursorAt(NOW + 1),
  ]
  const ulids = cursors.map(cursorToUlid)
  expect(ulids.toSorted()).toEqual(ulids)
})

test('any ULID stands for the greatest cursor not after it', () => {
  const ulid = '01KGA5ZJ40ABCDEFGHJKMNPQRS'
  const cursor = ulidToCursor(ulid)!
  expect(cursorToUlid(cursor) <= ulid).toBe(true)
  expect(cursorToUlid(cursor + 1n) > ulid).toBe(true)
  expect(ulidToCursor(ulid.toLowerCase())).toBe(cursor)
  expect(ulidToCursor('8ZZZZZZZZZZZZZZZZZZZZZZZZZ')).toBeUndefined()
  expect(ulidToCursor('')).toBeUndefined()
})

test('the next cursor follows the clock and never goes back', () => {
  expect(nextCursor(0n, NOW)).toBe(cursorAt(NOW))
  expect(nextCursor(cursorAt(NOW), NOW)).toBe(cursorAt(NOW) + 1n)
  expect(nextCursor(cursorAt(NOW), NOW - 60_000)).toBe(cursorAt(NOW) + 1n)
  // More than 32768 in one millisecond run into the next one.
  expect(nextCursor(cursorAt(NOW) + 32_767n, NOW)).toBe(cursorAt(NOW + 1))
})
