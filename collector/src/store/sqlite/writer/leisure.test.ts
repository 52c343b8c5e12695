import { expect, test } from 'vitest'
import { Leisure } from './leisure.ts'

test('there is time while commits take less than half of it', () => {
  const leisure = new Leisure(0)
  expect(leisure.take(0)).toBe(true)
  for (let at = 0; at < 1000; at += 10) leisure.worked(at, at + 4)
  expect([leisure.take(1000), leisure.take(1000)]).toEqual([true, true])
  for (let at = 1000; at < 1200; at += 10) leisure.worked(at, at + 8)
  expect(leisure.take(1200)).toBe(false)
  // However long it was busy, what it owes is bounded, and a little is done all the same.
  leisure.worked(1200, 60_000)
  const taken = [60_010, 60_020, 60_260, 60_270, 60_410, 60_411].filter((at) => leisure.take(at))
  expect(taken).toEqual([60_010, 60_260, 60_410, 60_411])
})
