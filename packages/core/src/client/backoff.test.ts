import { expect, it } from 'vitest'
import { backoff, retryAfter, spreadOut } from './backoff.ts'

it('doubles its ceiling, with full jitter, up to a cap', () => {
  const ceilings = [1, 2, 3, 4, 5, 6, 60, 2000].map((attempt) => backoff(attempt, () => 0.999_999))
  expect(ceilings).toEqual([400, 800, 1600, 3200, 5000, 5000, 5000, 5000])
  expect(backoff(5, () => 0)).toBe(0)
})

const now = Date.parse('2026-01-01T00:00:00Z')

it.each([
  ['2', 2000],
  [' 1.5 ', 1500],
  ['0', 0],
  ['999999', 30_000],
  ['Thu, 01 Jan 2026 00:00:03 GMT', 3000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
  [['1'], undefined],
])('reads Retry-After %o as %o', (header, wait) => {
  expect(retryAfter(header, now)).toBe(wait)
})

it('spreads what a receiver asked of all over as long again, never earlier, within bounds', () => {
  expect([0, 100, 3000, 30_000].map((ms) => spreadOut(ms, () => 0))).toEqual([0, 100, 3000, 30_000])
  const latest = [0, 100, 3000, 30_000].map((ms) => spreadOut(ms, () => 0.999_999))
  expect(latest).toEqual([1000, 1100, 6000, 35_000])
})
