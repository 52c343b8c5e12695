import { expect, it } from 'vitest'
import { bodyOf, reuseBody } from './bodies.ts'

const KIB = 1024

it('makes a body of one that nobody reads any more, once, and of nothing else', () => {
  const first = bodyOf(100 * KIB)
  const other = bodyOf(100 * KIB)
  expect(first.length).toBe(100 * KIB)
  expect(other.buffer).not.toBe(first.buffer)

  reuseBody(first)
  reuseBody(first)
  const again = bodyOf(120 * KIB)
  expect([again.buffer, again.length]).toEqual([first.buffer, 120 * KIB])
  expect(bodyOf(120 * KIB).buffer).not.toBe(first.buffer)

  const foreign = Buffer.alloc(128 * KIB)
  reuseBody(foreign)
  reuseBody(Buffer.from('of the slab of all small buffers'))
  expect(bodyOf(100 * KIB).buffer).not.toBe(foreign.buffer)
})

it('keeps few', () => {
  const bodies = Array.from({ length: 100 }, () => bodyOf(64 * KIB))
  for (const body of bodies) reuseBody(body)
  const kept = new Set(bodies.map(({ buffer }) => buffer))
  let again = 0
  while (kept.has(bodyOf(64 * KIB).buffer)) again++
  expect(again).toBeGreaterThan(0)
  expect(again).toBeLessThan(10)
})
