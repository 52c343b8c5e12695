import { expect, test } from 'vitest'
import { SteadyTime } from './steady-time.ts'

const START = Date.UTC(2026, 0, 31)
const DAY_MS = 86_400_000

test('a jump ahead is believed slowly, a jump back at once', () => {
  let elapsed = 0
  const time = new SteadyTime(START, 24, () => elapsed)
  expect(time.read(START + 365 * DAY_MS)).toBe(START)
  elapsed += DAY_MS / 24
  expect(time.read(START + 365 * DAY_MS)).toBe(START + DAY_MS)
  expect(time.read(START)).toBe(START)
})

test('a new store begins at the time of the clock', () => {
  expect(new SteadyTime(undefined, 24).read(START)).toBe(START)
})
