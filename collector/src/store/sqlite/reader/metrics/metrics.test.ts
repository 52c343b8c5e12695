import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zeros } from '../../../../otlp/exponential.ts'
import type { ScannedMetric } from '../../../../otlp/scan-points.ts'
import { Grid } from './grid.ts'
import { distributionsOf, increaseOf, quantilesOf, type Frame } from './lines.ts'
import { quantile } from './quantile.ts'
import type { Series, SeriesPoint } from './series.ts'

const DELTA = 1
const CUMULATIVE = 2
const STEP = 1000
const NONE = { offset: 0, counts: [] }
const EMPTY: SeriesPoint = {
  start: 0,
  time: 0,
  value: 0,
  count: 0,
  sum: 0,
  bounds: [],
  counts: [],
  scale: 0,
  zeroCount: 0,
  zeroThreshold: 0,
  positive: NONE,
  negative: NONE,
  quantiles: [],
}

function series(facts: Partial<ScannedMetric>, points: SeriesPoint[]): Series {
  const resource = { attributes: {}, droppedAttributesCount: 0 }
  return {
    type: 'sum',
    temporality: CUMULATIVE,
    monotonic: true,
    service: 'shop',
    attributes: {},
    resource,
    points,
    ...facts,
  }
}

const frame = (steps: number): Frame => {
  const until = (steps + 1) * STEP
  return { grid: new Grid({ since: STEP, until, step: STEP }), readFrom: 0, newest: until }
}

/** What a process counted in each step, and whether it was started anew before it. */
const lives = fc.array(fc.record({ counted: fc.nat(1000), restarts: fc.boolean() }), {
  minLength: 1,
  maxLength: 40,
})

test('the increase of every step is what was counted in it, by delta points as by cumulative ones, over restarts', () => {
  fc.assert(
    fc.property(lives, fc.boolean(), (steps, saysWhen) => {
      let [start, total] = [STEP, 0]
      const cumulative: SeriesPoint[] = []
      const delta: SeriesPoint[] = []
      for (const [at, { counted, restarts }] of steps.entries()) {
        const [from, time] = [(at + 1) * STEP, (at + 2) * STEP]
        // One that does not say that it started anew is only noticed when it counted less.
        if (restarts && (saysWhen || counted < total)) [start, total] = [saysWhen ? from : start, 0]
        total += counted
        cumulative.push({ ...EMPTY, start, time, value: total })
        delta.push({ ...EMPTY, start: from, time, value: counted })
      }
      const expected = steps.map(({ counted }) => counted)
      const value = (point: SeriesPoint) => point.value
      const all = frame(steps.length)
      expect([...increaseOf(series({}, cumulative), all, value)]).toEqual(expected)
      expect([...increaseOf(series({ temporality: DELTA }, delta), all, value)]).toEqual(expected)
    }),
  )
})

test('however steps cut the time between two points, nothing is added or lost', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 20_000 }), { minLength: 2, maxLength: 20 }),
      fc.integer({ min: 100, max: 7000 }),
      (times, step) => {
        const points = times
          .toSorted((a, b) => a - b)
          .map((time, at) => ({ ...EMPTY, start: 0, time, value: at * 10 }))
        const grid = new Grid({ since: 0, until: 21_000, step })
        const added = increaseOf(
          series({}, points),
          { grid, readFrom: 0, newest: 21_000 },
          (point) => point.value,
        )
        const sum = added.reduce((all, one) => all + (one || 0), 0)
        expect(sum).toBeCloseTo((times.length - 1) * 10, 6)
      },
    ),
  )
})

const measured = fc.array(fc.double({ min: 0.01, max: 900, noNaN: true }), { minLength: 1, maxLength: 200 })
const shares = fc.constantFrom(0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1)
const BOUNDS = [0.05, 0.1, 0.5, 1, 5, 10, 50, 100, 500, 1000]

/** The value that so large a share of all values does not pass. */
const exactly = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)]!

function explicit(values: number[]): SeriesPoint {
  const counts = zeros(BOUNDS.length + 1)
  for (const value of values) counts[BOUNDS.findIndex((bound) => value <= bound)]!++
  return { ...EMPTY, count: values.length, bounds: BOUNDS, counts }
}

function exponential(values: number[], scale: number): SeriesPoint {
  const indexes = values.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1)
  const offset = Math.min(...indexes)
  const counts = zeros(Math.max(...indexes) - offset + 1)
  for (const index of indexes) counts[index - offset]!++
  return { ...EMPTY, count: values.length, scale, positive: { offset, counts } }
}

const of = (all: Series[], share: number) =>
  quantilesOf(
    distributionsOf(all, frame(1)).map((one) => one?.bins()),
    share,
  )[0]!

test('a quantile of explicit buckets lies in the bucket of the true one, over series merged by delta and cumulative points', () => {
  fc.assert(
    fc.property(measured, measured, measured, shares, (before, a, b, share) => {
      const type = { type: 'histogram' as const }
      const cumulative = series(type, [
        { ...explicit(before), start: 1, time: STEP },
        { ...explicit([...before, ...a]), start: 1, time: 2 * STEP },
      ])
      const delta = series({ ...type, temporality: DELTA }, [{ ...explicit(b), start: STEP, time: 2 * STEP }])
      const truth = exactly([...a, ...b], share)
      const above = BOUNDS.findIndex((bound) => truth <= bound)
      const told = of([cumulative, delta], share)
      expect(told).toBeGreaterThanOrEqual(BOUNDS[above - 1] ?? 0)
      expect(told).toBeLessThanOrEqual(BOUNDS[above]!)
    }),
  )
})

test('a quantile of exponential buckets is as near the true one as the coarser scale allows', () => {
  fc.assert(
    fc.property(
      measured,
      measured,
      shares,
      fc.integer({ min: -1, max: 6 }),
      fc.integer({ min: -1, max: 6 }),
      (a, b, share, first, second) => {
        const type = { type: 'exponential_histogram' as const, temporality: DELTA }
        const one = (values: number[], scale: number) =>
          series(type, [{ ...exponential(values, scale), start: STEP, time: 2 * STEP }])
        const told = of([one(a, first), one(b, second)], share)
        const truth = exactly([...a, ...b], share)
        const base = 2 ** (2 ** -Math.min(first, second))
        expect(told / truth).toBeLessThanOrEqual(base * (1 + 1e-9))
        expect(truth / told).toBeLessThanOrEqual(base * (1 + 1e-9))
      },
    ),
  )
})

test('histograms with other bounds, and exponential ones, are taken together by what their buckets say', () => {
  const bin = (low: number, high: number, count: number, isExponential = false) => ({
    low,
    high,
    count,
    isExponential,
  })
  expect(quantile(0.5, [bin(0, 10, 10), bin(5, 15, 10)])).toBe(7.5)
  expect(quantile(0.25, [bin(0, 10, 10), bin(0, 10, 10)])).toBe(2.5)
  expect(quantile(1, [bin(0, 10, 1), bin(4, Number.POSITIVE_INFINITY, 1)])).toBe(10)
  expect(quantile(0.5, [bin(Number.NEGATIVE_INFINITY, -1, 3), bin(-1, 1, 1)])).toBe(-1)
  expect(quantile(0.5, [bin(1, 4, 2, true)])).toBe(2)
  expect(quantile(0.5, [bin(0, 1, 0)])).toBeUndefined()
})
