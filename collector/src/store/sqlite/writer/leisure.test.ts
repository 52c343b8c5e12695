import { expect, test } from 'vitest'
import { Leisure } from './leisure.ts'

test('there is time while commits take less than half of it', () => {
  const leisure = new Leisure(0)
  expect(leisure.has(0)).toBe(true)
  for (let at = 0; at < 1000; at += 10) leisure.worked(at, at + 4)
  expect(leisure.has(1000)).toBe(true)
  for (let at = 1000; at < 2000; at += 10) leisure.worked(at, at + 8)
  expect(leisure.has(2000)).toBe(false)
  // However long it was busy, what it owes is bounded.
  leisure.worked(2000, 60_000)
  expect([leisure.has(60_100), leisure.has(60_400)]).toEqual([false, true])
})
