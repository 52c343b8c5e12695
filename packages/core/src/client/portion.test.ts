import { expect, it } from 'vitest'
import { Portion } from './portion.ts'

const batch = (...bytes: number[]) => bytes.map((bytes) => ({ priority: 'normal' as const, bytes }))

it('halves what came too late, once for all that were under way, and grows again by what arrives', () => {
  const portion = new Portion(100_000)
  for (let n = 0; n < 4; n++) portion.late(batch(40_000, 40_000))
  expect(portion.bytes).toBe(40_000)
  expect([portion.exceededBy(batch(40_000, 40_000)), portion.exceededBy(batch(80_000))]).toEqual([
    true,
    false,
  ])
  portion.late(batch(30_000))
  expect(portion.bytes).toBe(15_000)
  portion.arrived()
  expect(portion.bytes).toBe(18_750)
  for (let n = 0; n < 9; n++) portion.arrived()
  expect(portion.bytes).toBe(100_000)
})

it('does not sink without end', () => {
  const portion = new Portion(100_000)
  for (let n = 0; n < 50; n++) portion.late(batch(10))
  expect(portion.bytes).toBe(4096)
})
