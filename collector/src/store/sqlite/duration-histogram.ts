/** Buckets per doubling: a quantile is off by 4.4 % at the most. */
const PER_OCTAVE = 8
/** The last bucket holds everything over 2^40 µs, which is 12 days. */
export const DURATION_BUCKETS: number = 40 * PER_OCTAVE + 2

/** The bucket of a duration in nanoseconds: 0 below a microsecond, then eight for each doubling. */
export function durationBucket(ns: number): number {
  if (ns < 1000) return 0
  return Math.min(1 + Math.floor(Math.log2(ns / 1000) * PER_OCTAVE), DURATION_BUCKETS - 1)
}

/** `durationBucket` in SQL, of an expression in nanoseconds. */
export function durationBucketSql(ns: string): string {
  const bucket = `1 + CAST(log2((${ns}) / 1000.0) * ${PER_OCTAVE} AS INTEGER)`
  return `(CASE WHEN ${ns} < 1000 THEN 0 ELSE min(${bucket}, ${DURATION_BUCKETS - 1}) END)`
}

/** Milliseconds in the middle of a bucket. */
export function bucketMiddle(bucket: number): number {
  return bucket === 0 ? 0.0005 : 2 ** ((bucket - 0.5) / PER_OCTAVE) / 1000
}

/** How many durations fell into each bucket. */
export type DurationCounts = Int32Array

export function noDurations(): DurationCounts {
  return new Int32Array(DURATION_BUCKETS)
}

/**
 * Milliseconds below which the share `q` of all durations lies, within 4.4 %.
 *
 * @returns null when there are none.
 */
export function durationQuantile(counts: DurationCounts, q: number): number | null {
  let total = 0
  for (const count of counts) total += count
  if (total === 0) return null
  let rest = Math.max(1, Math.ceil(total * q))
  const bucket = counts.findIndex((count) => (rest -= count) <= 0)
  return Number(bucketMiddle(bucket).toPrecision(4))
}

/** Only the buckets that have something: gap to the one before and count, as varints. */
export function encodeDurations(counts: DurationCounts): Uint8Array {
  const bytes: number[] = []
  let last = 0
  for (let bucket = 0; bucket < DURATION_BUCKETS; bucket++) {
    const count = counts[bucket]!
    // What is taken back was counted before; a count below zero would mean a bucket that is gone.
    if (count <= 0) continue
    pushVarint(bytes, bucket - last)
    pushVarint(bytes, count)
    last = bucket
  }
  return Uint8Array.from(bytes)
}

/** Adds encoded durations to `counts`. */
export function addDurations(counts: DurationCounts, bytes: Uint8Array): void {
  eachDuration(bytes, (bucket, count) => {
    counts[bucket]! += count
  })
}

/** Calls back for each bucket of encoded durations that has any. */
export function eachDuration(bytes: Uint8Array, visit: (bucket: number, count: number) => void): void {
  let at = 0
  let bucket = 0
  const next = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    bucket += next()
    visit(bucket, next())
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  bytes.push(rest)
}

/** Milliseconds that no duration of a bucket exceeds, rounded up to the doublings of a microsecond. */
export function bucketLimit(bucket: number): number {
  return 2 ** (bucket === 0 ? 0 : Math.floor((bucket - 1) / PER_OCTAVE) + 1) / 1000
}
