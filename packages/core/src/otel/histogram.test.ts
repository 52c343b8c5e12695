import { expect, it } from 'vitest'
import type { Attributes, Exemplar } from '../otlp/records.ts'
import { Histogram, MAX_SERIES, type Told } from './histogram.ts'

const exemplar = (value: number) => ({ timeMs: 5, value, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) })
interface Measured {
  attributes: Attributes
  exemplar?: Exemplar
}
const told: Told<Measured> = {
  attributes: ({ attributes }) => attributes,
  exemplar: ({ exemplar }) => exemplar,
}

it('counts a value in the bucket whose bound it does not pass', () => {
  const histogram = new Histogram([1, 2, 5], 'cumulative', 10, told)
  for (const value of [0, 1, 1.5, 2, 5, 6, 60]) histogram.record(value, 'a', { attributes: { a: 1 } })
  expect(histogram.collect(20)).toEqual([
    {
      attributes: { a: 1 },
      startMs: 10,
      timeMs: 20,
      count: 7,
      sum: 75.5,
      min: 0,
      max: 60,
      bounds: [1, 2, 5],
      bucketCounts: [2, 2, 1, 2],
      exemplar: undefined,
    },
  ])
})

it('goes on counting when cumulative, begins anew when delta', () => {
  const [cumulative, delta] = (['cumulative', 'delta'] as const).map((temporality) => {
    const histogram = new Histogram([1], temporality, 10, told)
    const record = () => histogram.record(3, 'a', { attributes: {}, exemplar: exemplar(3) })
    record()
    const first = histogram.collect(20)
    record()
    return { first, second: histogram.collect(30), third: histogram.collect(40) }
  })
  expect(cumulative!.first).toMatchObject([{ startMs: 10, count: 1, bucketCounts: [0, 1] }])
  expect(cumulative!.second).toMatchObject([{ startMs: 10, count: 2, sum: 6 }])
  expect(cumulative!.third).toMatchObject([{ startMs: 10, timeMs: 40, count: 2, exemplar: undefined }])
  expect(delta!.second).toMatchObject([{ startMs: 20, timeMs: 30, count: 1, sum: 3 }])
  expect(delta!.third).toEqual([])
})

it('remembers the slowest as the exemplar', () => {
  const histogram = new Histogram([1], 'cumulative', 0, told)
  for (const value of [2, 9, 4]) histogram.record(value, 'a', { attributes: {}, exemplar: exemplar(value) })
  expect(histogram.collect(1)[0]!.exemplar).toEqual(exemplar(9))
})

it('keeps what is beyond its limit of series as one', () => {
  const histogram = new Histogram([1], 'cumulative', 0, told)
  for (let n = 0; n < MAX_SERIES + 500; n++) histogram.record(1, `key ${n}`, { attributes: { n } })
  const points = histogram.collect(1)
  expect(points).toHaveLength(MAX_SERIES)
  expect(points.at(-1)).toMatchObject({ attributes: { 'otel.metric.overflow': true }, count: 501 })
})
