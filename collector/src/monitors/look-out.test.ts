import { expect, test } from 'vitest'
import { LookOut } from './look-out.ts'

/** A look-out whose three clocks go on by as many milliseconds as are given. */
function lookOut() {
  const at = { clock: 1_000_000, elapsed: 0, real: 0 }
  const watch = new LookOut({
    everyMs: 1000,
    clock: () => at.clock,
    elapsed: () => at.elapsed,
    real: () => at.real,
  })
  return {
    watch,
    after(clock: number, elapsed = clock, real = elapsed) {
      at.clock += clock
      at.elapsed += elapsed
      at.real += real
      const { jump, pause } = watch.look()
      return { jump, pause }
    },
  }
}

test('time that passes is nothing to tell', () => {
  const { after } = lookOut()
  expect(after(1000)).toEqual({ jump: 0, pause: 0 })
  expect(after(1400, 1000)).toEqual({ jump: 0, pause: 0 })
})

test('a clock that is set is told by how much, once', () => {
  const { after } = lookOut()
  expect(after(3_601_000, 1000)).toEqual({ jump: 3_600_000, pause: 0 })
  expect(after(-3_599_000, 1000)).toEqual({ jump: -3_600_000, pause: 0 })
  expect(after(1000)).toEqual({ jump: 0, pause: 0 })
})

test('a timer that is held up tells for how long nobody was heard', () => {
  expect(lookOut().after(31_000)).toEqual({ jump: 0, pause: 30_000 })
})

test('a period in which something was refused does not count', () => {
  const { watch, after } = lookOut()
  watch.refused()
  expect(after(1000)).toEqual({ jump: 0, pause: 1000 })
  expect(after(1000)).toEqual({ jump: 0, pause: 0 })
})
