import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import {
  addDurations,
  bucketLimit,
  bucketMiddle,
  durationBucket,
  durationBucketSql,
  durationQuantile,
  encodeDurations,
  noDurations,
} from './duration-histogram.ts'

const DURATIONS = [0, 1, 999, 1000, 1001, 12_345, 1e6, 3.3e9, 6e13, 9e18]

test('the middle of a bucket is within 4.4 % of every duration in it', () => {
  for (let ns = 1000; ns < 1e14; ns *= 1.013) {
    const bucket = durationBucket(ns)
    expect(Math.abs((bucketMiddle(bucket) * 1e6) / ns - 1)).toBeLessThan(0.0444)
    expect(bucketLimit(bucket) * 1e6 * (1 + 1e-9)).toBeGreaterThan(ns)
    expect(bucketLimit(bucket) * 1e6).toBeLessThanOrEqual(ns * 2.001)
  }
})

test('SQL finds the same buckets', () => {
  const db = new DatabaseSync(':memory:')
  const bucket = db.prepare(`SELECT ${durationBucketSql('ns')} AS bucket FROM (SELECT ? AS ns)`)
  for (const ns of DURATIONS) expect(bucket.get(BigInt(ns))?.['bucket']).toBe(durationBucket(ns))
  db.close()
})

test('durations are the same when they are read back, and add up', () => {
  const counts = noDurations()
  for (const [index, ns] of DURATIONS.entries()) counts[durationBucket(ns)]! += 1 + index ** 7
  const back = noDurations()
  addDurations(back, encodeDurations(counts))
  expect(back).toEqual(counts)
  addDurations(back, encodeDurations(counts))
  expect(back).toEqual(counts.map((count) => 2 * count))
})

test('a quantile is the duration that so many stay below', () => {
  const counts = noDurations()
  expect(durationQuantile(counts, 0.5)).toBeNull()
  for (let ms = 1; ms <= 1000; ms++) counts[durationBucket(ms * 1e6)]!++
  for (const [q, ms] of [
    [0.5, 500],
    [0.95, 950],
    [0.99, 990],
  ] as const) {
    expect(Math.abs(durationQuantile(counts, q)! / ms - 1)).toBeLessThan(0.0444)
  }
})
