import { expect, it } from 'vitest'
import { Bodies } from './bodies.ts'

const KIB = 1024

it('makes a body of one that nobody reads any more, once, and of nothing else', () => {
  const bodies = new Bodies()
  const first = bodies.of(100 * KIB)
  const other = bodies.of(100 * KIB)
  expect(first.length).toBe(100 * KIB)
  expect(other.buffer).not.toBe(first.buffer)

  bodies.reuse([first])
  bodies.reuse([first])
  const again = bodies.of(120 * KIB)
  expect([again.buffer, again.length]).toEqual([first.buffer, 120 * KIB])
  expect(bodies.of(120 * KIB).buffer).not.toBe(first.buffer)

  const foreign = Buffer.alloc(128 * KIB)
  bodies.reuse([foreign])
  bodies.reuse([Buffer.from('of the slab of all small buffers')])
  expect(bodies.of(100 * KIB).buffer).not.toBe(foreign.buffer)
})

it('keeps few', () => {
  const bodies = new Bodies()
  const read = Array.from({ length: 100 }, () => bodies.of(64 * KIB))
  for (const body of read) bodies.reuse([body])
  const kept = new Set(read.map(({ buffer }) => buffer))
  let again = 0
  while (kept.has(bodies.of(64 * KIB).buffer)) again++
  expect(again).toBeGreaterThan(0)
  expect(again).toBeLessThan(10)
})
