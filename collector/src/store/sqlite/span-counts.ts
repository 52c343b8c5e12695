import { DURATION_BUCKETS, durationBucketSql } from './duration-histogram.ts'

const BUCKETS = 512
if (DURATION_BUCKETS > BUCKETS) throw new Error(`${BUCKETS} buckets are too few`)

/** Which spans are counted together. */
export interface SpanGroup {
  /** Of the start, since the epoch. */
  step: number
  failed: boolean
  /** Of the duration. */
  bucket: number
}

/** The group of a span in SQL: all in one number, as SQLite groups by that much faster than by three. */
export function spanGroupSql(stepMs: number): string {
  const duration = durationBucketSql('end_ns - start_ns')
  return `start_ns / ${stepMs * 1_000_000} * ${2 * BUCKETS} + ${BUCKETS} * (status_code = 2) + ${duration}`
}

export function spanGroup(key: number): SpanGroup {
  return {
    step: Math.floor(key / (2 * BUCKETS)),
    failed: (key & BUCKETS) !== 0,
    bucket: key & (BUCKETS - 1),
  }
}
