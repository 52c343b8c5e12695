import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Fold, StormGuard } from './storm.ts'

const description = { message: 'm', error_type: 'Error' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function guard() {
  const folds: Fold[] = []
  const storms = new StormGuard((fold) => folds.push(fold))
  const admitted = (fingerprint: string, times: number): number =>
    Array.from({ length: times }, () => storms.admits(description, fingerprint)).filter(Boolean).length
  return { folds, storms, admitted }
}

it('lets the first of a kind through and counts the rest', () => {
  const { folds, admitted } = guard()
  expect(admitted('a', 500)).toBe(20)
  expect(admitted('b', 3)).toBe(3)
  vi.advanceTimersByTime(10_000)
  expect(folds).toMatchObject([{ fingerprint: 'a', count: 480 }])
})

it('begins anew with every window', () => {
  const { folds, admitted } = guard()
  admitted('a', 30)
  vi.advanceTimersByTime(10_000)
  expect(admitted('a', 30)).toBe(20)
  vi.advanceTimersByTime(10_000)
  expect(folds.map(({ count }) => count)).toEqual([10, 10])
})

it('stays bounded when every error is of another kind', () => {
  const { folds, storms } = guard()
  let admitted = 0
  for (let n = 0; n < 5000; n++) if (storms.admits(description, `kind ${n}`)) admitted++
  storms.release()
  expect(admitted).toBe(1000)
  expect(folds).toMatchObject([{ count: 4000 }])
})

it('tells at once when it is asked to, and then of nothing twice', () => {
  const { folds, storms, admitted } = guard()
  admitted('a', 21)
  storms.release()
  storms.release()
  vi.advanceTimersByTime(60_000)
  expect(folds).toHaveLength(1)
})
