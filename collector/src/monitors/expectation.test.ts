import { expect, test } from 'vitest'
import { expectationOf, NO_SETTING } from './expectation.ts'
import { newMonitor, type Monitor } from './monitor.ts'

function expected(given: Partial<Monitor>, setting = NO_SETTING) {
  return expectationOf({ ...newMonitor('', ''), ...given }, setting)
}

test.each([
  [1, 2],
  [10, 20],
  [300, 600],
  [1800, 3600],
  [3600, 3600],
  [86_400, 43_200],
])('of an interval of %i s the grace is %i s', (declaredS, graceS) => {
  expect(expected({ declaredS }).graceS).toBe(graceS)
})

test('what is set goes before what is declared, and that before what is learned', () => {
  const gaps = [60, 60, 60]
  expect(expected({ gaps })).toMatchObject({ intervalS: 60, source: 'learned' })
  expect(expected({ gaps, declaredS: 30 })).toMatchObject({ intervalS: 30, source: 'declared' })
  const set = expected({ gaps, declaredS: 30 }, { intervalS: 20, graceS: null })
  expect(set).toMatchObject({ intervalS: 20, source: 'set', graceS: 40 })
  expect(expected({ declaredS: 30 }, { intervalS: null, graceS: 5 })).toMatchObject({
    intervalS: 30,
    graceS: 5,
  })
})

test('an interval is learned from three gaps on, and no single outage moves it', () => {
  expect(expected({ gaps: [60, 60] })).toMatchObject({ intervalS: 300, source: 'default' })
  expect(expected({ gaps: [60, 61, 59, 86_400, 60] })).toMatchObject({ intervalS: 60, graceS: 120 })
})

test('one that beats unevenly has the more grace', () => {
  expect(expected({ gaps: [10, 10, 10, 100, 10, 110, 10] })).toMatchObject({ intervalS: 10, graceS: 140 })
})

test('only who declared an interval, beats regularly or names no instance owes a beat', () => {
  const beaten = { heartbeatAt: 1 }
  expect(expected({}).promised).toBe(false)
  expect(expected({ declaredS: 60 }).promised).toBe(true)
  expect(expected(beaten).promised).toBe(true)
  expect(expected({ ...beaten, instance: 'run-1' }).promised).toBe(false)
  expect(expected({ ...beaten, instance: 'run-1', gaps: [9, 9, 9] }).promised).toBe(true)
})
