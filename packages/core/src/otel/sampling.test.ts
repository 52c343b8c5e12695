import { expect, it } from 'vitest'
import { newTraceId } from '../context/ids.ts'
import { isSampled } from './sampling.ts'

const RANDOM = `${'0'.repeat(18)}8${'0'.repeat(13)}`

it.each([
  [{ ratio: 1, parentBased: true }, undefined, true],
  [{ ratio: 1, parentBased: true }, false, false],
  [{ ratio: 0, parentBased: true }, true, true],
  [{ ratio: 0, parentBased: false }, true, false],
  [{ ratio: 1, parentBased: false }, false, true],
  [{ ratio: 0.4, parentBased: false }, undefined, false],
  [{ ratio: 0.6, parentBased: false }, undefined, true],
])('%o under a parent that says %s gives %s', (sampler, parent, expected) => {
  expect(isSampled(sampler, RANDOM, parent)).toBe(expected)
})

it('keeps with a larger ratio whatever it keeps with a smaller one', () => {
  const ids = Array.from({ length: 2000 }, newTraceId)
  const kept = (ratio: number) =>
    new Set(ids.filter((id) => isSampled({ ratio, parentBased: false }, id, undefined)))
  const [few, many] = [kept(0.1), kept(0.5)]
  expect(few.size).toBeGreaterThan(0)
  expect([...few].every((id) => many.has(id))).toBe(true)
  expect(many.size).toBeLessThan(ids.length)
})
