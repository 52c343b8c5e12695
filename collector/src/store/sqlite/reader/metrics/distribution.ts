import {
  addBuckets,
  downscale,
  excessScale,
  zeros,
  type ExponentialBuckets,
} from '../../../../otlp/exponential.ts'
import type { Bin } from './quantile.ts'
import type { SeriesPoint } from './series.ts'

const NONE: ExponentialBuckets = { offset: 0, counts: [] }
/** Buckets that a heatmap shows of an exponential histogram. */
const MOST_SHOWN = 64

/** What a histogram counted in some time, merged of many points with whatever buckets they have. */
export class Distribution {
  count = 0
  /** By their bounds, which are interned: equal ones are the same array. */
  readonly #explicit = new Map<readonly number[], number[]>()
  #scale: number | undefined
  #positive = NONE
  #negative = NONE
  #zeroCount = 0
  #zeroThreshold = 0

  /** Adds a share of what `now` counted, without what `before` had. */
  add(now: SeriesPoint, before: SeriesPoint | undefined, share: number): void {
    this.count += (now.count - (before?.count ?? 0)) * share
    if (now.counts.length > 0) this.#addExplicit(now, before, share)
    else if (now.bounds.length === 0) this.#addExponential(now, before, share)
  }

  /** Its buckets, by their lower ends. */
  bins(): Bin[] {
    const bins: Bin[] = []
    for (const [bounds, counts] of this.#explicit) {
      for (let at = 0; at < counts.length; at++) {
        const lowest = bounds.length > 0 && bounds[0]! > 0 ? 0 : Number.NEGATIVE_INFINITY
        const low = at === 0 ? lowest : bounds[at - 1]!
        const high = bounds[at] ?? Number.POSITIVE_INFINITY
        bins.push({ low, high, count: counts[at]!, isExponential: false })
      }
    }
    if (this.#scale !== undefined) this.#addExponentialBins(bins, this.#scale)
    return bins.sort((a, b) => a.low - b.low || a.high - b.high)
  }

  /** The upper bounds of its buckets, brought down to a number that can be shown; the last may be infinite. */
  bounds(): number[] {
    if (this.#scale !== undefined) {
      const length = () => Math.max(this.#positive.counts.length, this.#negative.counts.length)
      while (length() > MOST_SHOWN) this.#downscaleTo(this.#scale - 1)
    }
    return [...new Set(this.bins().map(({ high }) => high))].sort((a, b) => a - b)
  }

  #addExplicit(now: SeriesPoint, before: SeriesPoint | undefined, share: number): void {
    // Counts of other bounds cannot be taken off.
    if (before !== undefined && before.bounds !== now.bounds) return
    let counts = this.#explicit.get(now.bounds)
    if (!counts) this.#explicit.set(now.bounds, (counts = zeros(now.bounds.length + 1)))
    for (let at = 0; at < now.counts.length; at++) {
      counts[at]! += (now.counts[at]! - (before?.counts[at] ?? 0)) * share
    }
  }

  #addExponential(now: SeriesPoint, before: SeriesPoint | undefined, share: number): void {
    this.#downscaleTo(Math.min(now.scale, before?.scale ?? now.scale, this.#scale ?? now.scale))
    for (const [point, factor] of [[now, share] as const, [before, -share] as const]) {
      if (point === undefined) continue
      let [positive, negative] = this.#scaled(point)
      const excess = Math.max(excessScale(this.#positive, positive), excessScale(this.#negative, negative))
      if (excess > 0) {
        this.#downscaleTo(this.#scale! - excess)
        ;[positive, negative] = this.#scaled(point)
      }
      this.#positive = addBuckets(this.#positive, positive, factor)
      this.#negative = addBuckets(this.#negative, negative, factor)
      this.#zeroCount += point.zeroCount * factor
      this.#zeroThreshold = Math.max(this.#zeroThreshold, point.zeroThreshold)
    }
  }

  /** A point's buckets at the scale of the whole. */
  #scaled({ scale, positive, negative }: SeriesPoint): [ExponentialBuckets, ExponentialBuckets] {
    const by = scale - this.#scale!
    return [downscale(positive, by), downscale(negative, by)]
  }

  #downscaleTo(scale: number): void {
    const by = (this.#scale ?? scale) - scale
    if (by > 0) {
      this.#positive = downscale(this.#positive, by)
      this.#negative = downscale(this.#negative, by)
    }
    this.#scale = scale
  }

  #addExponentialBins(bins: Bin[], scale: number): void {
    // Where a scale is too low for any finite base, 1 is the only bound between 0 and infinity.
    const bound = (index: number) => (index === 0 ? 1 : 2 ** (index * 2 ** -scale))
    const { offset, counts } = this.#positive
    counts.forEach((count, at) => {
      const [low, high] = [bound(offset + at), bound(offset + at + 1)]
      // There is no logarithm of 0.
      bins.push({ low, high, count, isExponential: low > 0 })
    })
    this.#negative.counts.forEach((count, at) => {
      const index = this.#negative.offset + at
      const [low, high] = [-bound(index + 1), -bound(index)]
      bins.push({ low, high, count, isExponential: high < 0 })
    })
    if (this.#zeroCount === 0) return
    const threshold = this.#zeroThreshold
    const low = this.#negative.counts.length > 0 ? -threshold : 0
    bins.push({ low, high: threshold, count: this.#zeroCount, isExponential: false })
  }
}

/** Whether a point holds less than the one before it in its count or any bucket. */
export function hasLess(before: SeriesPoint, now: SeriesPoint): boolean {
  if (now.count < before.count) return true
  if (now.bounds === before.bounds && now.counts.some((count, at) => count < (before.counts[at] ?? 0)))
    return true
  if (now.scale !== before.scale) return false
  return (
    now.zeroCount < before.zeroCount ||
    fell(before.positive, now.positive) ||
    fell(before.negative, now.negative)
  )
}

function fell(before: ExponentialBuckets, now: ExponentialBuckets): boolean {
  return before.counts.some((count, at) => count > (now.counts[before.offset + at - now.offset] ?? 0))
}
