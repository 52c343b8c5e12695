import { expect, test } from 'vitest'
import { MAX_RANGES, SeqRanges } from './seq-ranges.ts'

function of(...seqs: number[]): SeqRanges {
  const ranges = new SeqRanges()
  for (const seq of seqs) ranges.add(seq)
  return ranges
}

test('numbers in any order become ranges', () => {
  expect(of(5, 1, 2, 9, 4, 3, 10).toJSON()).toEqual([
    [1, 5],
    [9, 10],
  ])
  expect(of(1, 3).add(3)).toBe(false)
  expect(of(1, 3).has(2)).toBe(false)
})

test('taking from the bottom cuts a range in two', () => {
  const ranges = of(1, 2, 3, 7, 8, 9)
  expect(ranges.takeUpTo(8)).toBe(5)
  expect(ranges.toJSON()).toEqual([[9, 9]])
  expect(ranges.takeUpTo(8)).toBe(0)
  expect(ranges.size).toBe(1)
})

test('it agrees with a plain set', () => {
  const plain = new Set<number>()
  const ranges = new SeqRanges()
  for (let step = 0, seq = 1; step < 2000; step++) {
    seq = (seq * 48_271) % 2_147_483_647
    const small = (seq % 300) + 1
    expect(ranges.add(small)).toBe(!plain.has(small))
    plain.add(small)
    expect(ranges.size).toBe(plain.size)
  }
})

test('it stays bounded and says that it is no longer exact', () => {
  const ranges = of(...Array.from({ length: MAX_RANGES }, (_, index) => index * 2 + 1))
  expect(ranges.exact).toBe(true)
  ranges.add(10_000)
  expect([ranges.exact, ranges.toJSON().length]).toEqual([false, MAX_RANGES])
})
