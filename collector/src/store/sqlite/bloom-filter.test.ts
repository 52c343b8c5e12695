import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { mayHold, bloomFilter } from './bloom-filter.ts'
import { traceHash } from './trace-hash.ts'

test('what is there is never denied, what is not nearly always', () => {
  const held = Array.from({ length: 10_000 }, () => traceHash(randomBytes(16)))
  const bits = bloomFilter(new Set(held))
  expect(held.every((hash) => mayHold(bits, hash))).toBe(true)
  const others = Array.from({ length: 10_000 }, () => traceHash(randomBytes(16)))
  expect(others.filter((hash) => mayHold(bits, hash)).length).toBeLessThan(200)
})

test('ids that differ in one half only have different hashes', () => {
  const ids = Array.from({ length: 2000 }, (_, n) => Buffer.from(n.toString(16).padStart(32, '0'), 'hex'))
  const turned = ids.slice(1).map((id) => Buffer.concat([id.subarray(8), id.subarray(0, 8)]))
  expect(new Set([...ids, ...turned].map(traceHash)).size).toBe(3999)
})

test('where nothing is, nothing is found', () => {
  expect(mayHold(bloomFilter(new Set()), 1)).toBe(false)
})
