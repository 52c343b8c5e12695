const KEPT = 8
/** Gaps that must be known before an interval is learned. */
export const ENOUGH_GAPS = 3
const MIN_S = 1

/** The gaps with one more, in seconds; only the newest are kept. */
export function addGap(gaps: readonly number[], gap: number): number[] {
  return [...gaps, Math.round(gap * 1000) / 1000].slice(-KEPT)
}

/**
 * How often something beats: the median of its newest gaps, which an outage among them does not move.
 *
 * @returns seconds; undefined until three gaps are known.
 */
export function learnedInterval(gaps: readonly number[]): number | undefined {
  if (gaps.length < ENOUGH_GAPS) return undefined
  const sorted = gaps.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return Math.max(MIN_S, median)
}

/** The second longest gap, in seconds: the longest may have been an outage. */
export function longestUsualGap(gaps: readonly number[]): number {
  return gaps.toSorted((a, b) => b - a)[1] ?? 0
}
