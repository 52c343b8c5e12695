import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Fold, type Occurrence, StormGuard } from './storm.ts'

const error: Occurrence = {
  description: { message: 'm', error_type: 'Error' },
  fingerprint: 'a',
  severity: 'error',
  handled: false,
}
const WINDOW_MS = 10_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function guard() {
  const folds: Fold[] = []
  const storms = new StormGuard((fold) => folds.push(fold))
  const admitted = (fingerprint: string, times: number): number =>
    Array.from({ length: times }, () => storms.admits({ ...error, fingerprint })).filter(Boolean).length
  return { folds, storms, admitted }
}

it('lets the few of a kind through and counts the rest', () => {
  const { folds, admitted } = guard()
  expect(admitted('a', 500)).toBe(20)
  expect(admitted('b', 3)).toBe(3)
  vi.advanceTimersByTime(WINDOW_MS)
  expect(folds).toMatchObject([{ fingerprint: 'a', count: 480 }])
})

it('lets the first of each further window through while a storm lasts, and a few again when it is over', () => {
  const { folds, admitted } = guard()
  const full = [30, 21, 2, 20, 30].map((times) => {
    const some = admitted('a', times)
    vi.advanceTimersByTime(WINDOW_MS)
    return some
  })
  expect(full).toEqual([20, 1, 1, 20, 20])
  expect(folds.map(({ count }) => count)).toEqual([10, 20, 1, 10])
})

it('forgets a storm after a window without it', () => {
  const { admitted } = guard()
  admitted('a', 30)
  vi.advanceTimersByTime(3 * WINDOW_MS)
  expect(admitted('a', 5)).toBe(5)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(3 * WINDOW_MS)
  expect(vi.getTimerCount()).toBe(0)
})

it('stays bounded when every error is of another kind', () => {
  const { folds, admitted, storms } = guard()
  let full = 0
  for (let n = 0; n < 5000; n++) full += admitted(`kind ${n}`, 1)
  storms.release()
  expect(full).toBe(1000)
  expect(folds).toMatchObject([{ count: 4000 }])
})

it('tells at once when it is asked to, of nothing twice, and begins no window by that', () => {
  const { folds, storms, admitted } = guard()
  admitted('a', 21)
  storms.release()
  storms.release()
  expect(admitted('a', 4)).toBe(0)
  vi.advanceTimersByTime(6 * WINDOW_MS)
  expect(folds.map(({ count }) => count)).toEqual([1, 4])
})

it('is as grave as the gravest, and handled when all were', () => {
  const { folds, storms, admitted } = guard()
  admitted('a', 20)
  for (const severity of ['warning', 'critical', 'error'] as const)
    storms.admits({ ...error, severity, handled: severity === 'error' })
  storms.release()
  storms.admits({ ...error, severity: 'warning', handled: true })
  storms.release()
  expect(folds).toMatchObject([
    { count: 3, severity: 'critical', handled: false },
    { count: 1, severity: 'warning', handled: true },
  ])
})

it('accounts for every error, whenever it is told to tell', () => {
  const { folds, storms, admitted } = guard()
  const seed = Math.floor(Math.random() * 1e6)
  console.log(`seed ${seed}`)
  let state = seed + 1
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  let happened = 0
  let full = 0
  for (let n = 0; n < 2000; n++) {
    const times = Math.floor(random() * 30)
    happened += times
    full += admitted(`kind ${Math.floor(random() * 1500)}`, times)
    if (random() < 0.1) vi.advanceTimersByTime(random() * 2 * WINDOW_MS)
    if (random() < 0.1) storms.release()
  }
  storms.release()
  const counted = folds.reduce((sum, { count }) => sum + count, 0)
  expect(full + counted, `seed ${seed}`).toBe(happened)
})
