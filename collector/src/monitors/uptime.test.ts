import { expect, test } from 'vitest'
import type { ServiceHistory } from '../store/monitors.ts'
import { totalOf, uptimeShare, uptimeSpans } from './uptime.ts'

const history: ServiceHistory = {
  env: '',
  state: 'up',
  changes: [
    { from: 'up', to: 'late', at: 30 },
    { from: 'late', to: 'silent', at: 40 },
    { from: 'silent', to: 'up', at: 60 },
  ],
}

test('a time is cut into steps, with how long each state lasted', () => {
  const spans = uptimeSpans(history, [], { from: 0, to: 100, count: 4 })
  expect(spans.map(({ inState }) => [inState.up, inState.late, inState.silent])).toEqual([
    [25, 0, 0],
    [5, 10, 10],
    [15, 0, 10],
    [25, 0, 0],
  ])
  expect(spans.map(({ inState }) => uptimeShare(inState))).toEqual([1, 0.6, 0.6, 1])
})

test('while the collector was away nothing was seen', () => {
  const [span] = uptimeSpans(history, [{ from: 50, to: 70 }], { from: 0, to: 100, count: 1 })
  expect(span!.inState).toMatchObject({ up: 60, late: 10, silent: 10, unobserved: 20 })
})

test('without a change it always was as it is now', () => {
  const spans = uptimeSpans({ ...history, changes: [] }, [], { from: 0, to: 100, count: 2 })
  expect(totalOf(spans)).toMatchObject({ up: 100, silent: 0 })
})

test('one that said goodbye is expected by nobody', () => {
  const gone = { ...history, changes: [{ from: 'up', to: 'stopped', at: 50 } as const] }
  const total = totalOf(uptimeSpans({ ...gone, state: 'stopped' }, [], { from: 0, to: 100, count: 2 }))
  expect([total.up, total.stopped, uptimeShare(total)]).toEqual([50, 50, 1])
  expect(uptimeShare({ ...total, up: 0 })).toBe(null)
})
