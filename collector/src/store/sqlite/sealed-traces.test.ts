import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { mayHoldTrace, sealTraces } from './sealed-traces.ts'
import { traceHash } from './trace-hash.ts'

test('a part that has a trace is never denied, one that lacks it nearly always', () => {
  const held = Array.from({ length: 10_000 }, () => traceHash(randomBytes(16)))
  const bits = sealTraces(new Set(held))
  expect(held.every((hash) => mayHoldTrace(bits, hash))).toBe(true)
  const others = Array.from({ length: 10_000 }, () => traceHash(randomBytes(16)))
  expect(others.filter((hash) => mayHoldTrace(bits, hash)).length).toBeLessThan(200)
})

test('ids that differ in one half only have different hashes', () => {
  const ids = Array.from({ length: 2000 }, (_, n) => Buffer.from(n.toString(16).padStart(32, '0'), 'hex'))
  const turned = ids.slice(1).map((id) => Buffer.concat([id.subarray(8), id.subarray(0, 8)]))
  expect(new Set([...ids, ...turned].map(traceHash)).size).toBe(3999)
})

test('an empty part has nothing', () => {
  expect(mayHoldTrace(sealTraces(new Set()), 1)).toBe(false)
})
