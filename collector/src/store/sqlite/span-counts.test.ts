import { expect, test } from 'vitest'
import { addDurations, noDurations } from './duration-histogram.ts'
import { SpanStepCounts, type SpanStep } from './span-counts.ts'

const sum = (steps: readonly SpanStep[], of: 'failed' | 'others') => {
  const counts = noDurations()
  for (const step of steps) addDurations(counts, step[of])
  return counts.reduce((all, n) => all + n, 0)
}

test('steps become longer as they become too many, whatever the times, and lose nothing', () => {
  const counts = new SpanStepCounts()
  for (let n = 0; n < 20_000; n++) {
    // As far apart as nanoseconds of 63 bits can tell.
    const step = Math.floor((n * 461_168_601) / counts.ms)
    counts.add({ step, failed: n % 4 === 0, bucket: n % 300 }, 1, counts.ms)
  }
  const { ms, isWhole, steps } = counts.changed()
  expect([ms, isWhole]).toEqual([8_640_000_000, true])
  expect(steps.length).toBe(1068)
  expect([sum(steps, 'failed'), sum(steps, 'others')]).toEqual([5000, 15_000])
})

test('what is taken up again goes on as if it had never been put down', () => {
  const whole = new SpanStepCounts()
  let part = new SpanStepCounts()
  const rows = new Map<number, Record<string, unknown>>()
  const put = (into: SpanStepCounts, n: number) =>
    into.add({ step: n % 1700, failed: n % 3 === 0, bucket: n % 50 }, 2, 10_000)
  for (let n = 0; n < 5000; n++) {
    put(whole, n)
    put(part, n)
    if (n % 700 !== 699) continue
    const { ms, isWhole, steps } = part.changed()
    if (isWhole) rows.clear()
    for (const { step, failed, others } of steps) rows.set(step, { step_ms: ms, step, failed, others })
    part = new SpanStepCounts()
    part.restore([...rows.values()])
  }
  const left = part.changed()
  for (const { step, failed, others } of left.steps)
    rows.set(step, { step_ms: left.ms, step, failed, others })
  const { ms, steps } = whole.changed()
  expect([...rows.values()].toSorted((a, b) => Number(a['step']) - Number(b['step']))).toEqual(
    steps
      .toSorted((a, b) => a.step - b.step)
      .map(({ step, failed, others }) => ({ step_ms: ms, step, failed, others })),
  )
})
