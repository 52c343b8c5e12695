import { expect, test } from 'vitest'
import { ByteBudget } from './byte-budget.ts'

test('nobody has to go while there is room, or before they were slow for long', () => {
  const budget = new ByteBudget(100, Number.POSITIVE_INFINITY)
  const stopped: string[] = []
  const first = budget.hold(() => stopped.push('first'))
  expect(first.take(60)).toBe(true)
  const second = budget.hold(() => stopped.push('second'))
  expect(second.take(50)).toBe(false)
  expect(second.take(40)).toBe(true)
  expect(budget.take(1)).toBe(false)
  first.end()
  first.end()
  expect(budget.take(60)).toBe(true)
  expect(stopped).toEqual([])
})

test('the slowest make room, and no more of them than needed', () => {
  const budget = new ByteBudget(300_000, 0)
  const stopped: string[] = []
  const hold = (name: string, bytes: number) => {
    const held = budget.hold(() => stopped.push(name))
    expect(held.take(bytes)).toBe(true)
    return held
  }
  const slowest = hold('slowest', 50_000)
  const slow = hold('slow', 60_000)
  // Brings the bytes of a step after the others have begun, so it is the last to go.
  hold('fast', 100_000)
  const late = hold('late', 120_000)
  expect(stopped).toEqual(['slowest'])
  expect(slowest.take(1)).toBe(false)
  expect(late.take(1)).toBe(true)
  late.end()
  expect(slow.take(100_000)).toBe(true)
  expect(stopped).toEqual(['slowest'])
})
