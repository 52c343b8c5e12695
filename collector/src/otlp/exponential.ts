/** The buckets of one sign of an exponential histogram: `counts[i]` is of the bucket with index `offset + i`. */
export interface ExponentialBuckets {
  offset: number
  counts: number[]
}

/** So many counts of nothing. */
export function zeros(length: number): number[] {
  return Array.from<number>({ length }).fill(0)
}

/** Buckets that what is added up has at most, of each sign. Senders have 160 as a rule. */
const MOST_BUCKETS = 2048
/** Indices have 32 bits: beyond this there are two buckets left, and shifts of more would be of the remainder. */
const MOST_SHIFT = 40

/** The same buckets at a scale that is lower by `by`: 2 ** by neighbours become one. */
export function downscale({ offset, counts }: ExponentialBuckets, by: number): ExponentialBuckets {
  const first = shifted(offset, by)
  if (by === 0 || counts.length === 0) return { offset: first, counts }
  const scaled = zeros(shifted(offset + counts.length - 1, by) - first + 1)
  for (let at = 0; at < counts.length; at++) scaled[shifted(offset + at, by) - first]! += counts[at]!
  return { offset: first, counts: scaled }
}

/**
 * By how much two sets of buckets of the same scale have to be downscaled before they are added up, so that what a sender
 * says of its offsets never decides how much memory the sum takes.
 */
export function excessScale(a: ExponentialBuckets, b: ExponentialBuckets): number {
  const filled = [a, b].filter(({ counts }) => counts.length > 0)
  if (filled.length === 0) return 0
  const first = Math.min(...filled.map(({ offset }) => offset))
  const last = Math.max(...filled.map(({ offset, counts }) => offset + counts.length - 1))
  let by = 0
  while (shifted(last, by) - shifted(first, by) >= MOST_BUCKETS) by++
  return by
}

function shifted(index: number, by: number): number {
  return Math.floor(index / 2 ** Math.min(by, MOST_SHIFT))
}

/** Adds buckets of the same scale, `b` times `factor`; into `a` itself where it has them all. See `excessScale`. */
export function addBuckets(a: ExponentialBuckets, b: ExponentialBuckets, factor = 1): ExponentialBuckets {
  if (b.counts.length === 0) return a
  const place = b.offset - a.offset
  if (place >= 0 && place + b.counts.length <= a.counts.length) {
    for (let at = 0; at < b.counts.length; at++) a.counts[place + at]! += b.counts[at]! * factor
    return a
  }
  const empty = a.counts.length === 0
  const first = empty ? b.offset : Math.min(a.offset, b.offset)
  const end = Math.max(empty ? first : a.offset + a.counts.length, b.offset + b.counts.length)
  const counts = zeros(end - first)
  for (let at = 0; at < a.counts.length; at++) counts[a.offset - first + at]! += a.counts[at]!
  for (let at = 0; at < b.counts.length; at++) counts[b.offset - first + at]! += b.counts[at]! * factor
  return { offset: first, counts }
}
