/** The buckets of one sign of an exponential histogram: `counts[i]` is of the bucket with index `offset + i`. */
export interface ExponentialBuckets {
  offset: number
  counts: number[]
}

/** So many counts of nothing. */
export function zeros(length: number): number[] {
  return Array.from<number>({ length }).fill(0)
}

/** The same buckets at a scale that is lower by `by`: 2 ** by neighbours become one. */
export function downscale({ offset, counts }: ExponentialBuckets, by: number): ExponentialBuckets {
  if (by === 0 || counts.length === 0) return { offset: offset >> by, counts }
  const first = offset >> by
  const scaled = zeros(((offset + counts.length - 1) >> by) - first + 1)
  for (let at = 0; at < counts.length; at++) scaled[((offset + at) >> by) - first]! += counts[at]!
  return { offset: first, counts: scaled }
}

/** Adds buckets of the same scale, `b` times `factor`; into `a` itself where it has them all. */
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
