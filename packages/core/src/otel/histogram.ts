import type { Attributes, Exemplar, HistogramPoint, Temporality } from '../otlp/records.ts'

/** Most sets of attributes of one metric, that of the overflow included. */
export const MAX_SERIES = 2000
const OVERFLOW = 'overflow'

interface Series {
  attributes: Attributes
  startMs: number
  counts: number[]
  count: number
  sum: number
  min: number
  max: number
  exemplar: Exemplar | undefined
}

/** What can be asked of those that are measured. */
export interface Told<Source> {
  attributes: (source: Source) => Attributes
  exemplar: (source: Source) => Exemplar | undefined
}

/** Counts values in buckets, for each set of attributes; of the sets beyond `MAX_SERIES` as of one. */
export class Histogram<Source> {
  readonly #bounds: readonly number[]
  readonly #temporality: Temporality
  readonly #told: Told<Source>
  #series = new Map<string, Series>()
  /** When the series began, or the last delta ended. */
  #startMs: number

  constructor(bounds: readonly number[], temporality: Temporality, nowMs: number, told: Told<Source>) {
    this.#told = told
    this.#bounds = bounds
    this.#temporality = temporality
    this.#startMs = nowMs
  }

  /**
   * @param key tells one set of attributes from another
   * @param source what was measured
   */
  record(value: number, key: string, source: Source): void {
    const series = this.#series.get(key) ?? this.#begin(key, source)
    let bucket = 0
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]!) bucket++
    series.counts[bucket]!++
    series.count++
    series.sum += value
    if (value < series.min) series.min = value
    if (value > series.max) series.max = value
    // The slowest is what one asks about.
    if (value >= (series.exemplar?.value ?? 0))
      series.exemplar = this.#told.exemplar(source) ?? series.exemplar
  }

  /** All points up to now; nothing changes them later. */
  collect(nowMs: number): HistogramPoint[] {
    const points = [...this.#series.values()].map(({ counts, ...series }) => ({
      ...series,
      timeMs: nowMs,
      bounds: this.#bounds,
      bucketCounts: [...counts],
    }))
    if (this.#temporality === 'delta') {
      this.#series = new Map()
      this.#startMs = nowMs
    } else for (const series of this.#series.values()) series.exemplar = undefined
    return points
  }

  #begin(key: string, source: Source): Series {
    const full = this.#series.size >= MAX_SERIES - 1
    const overflow = full ? this.#series.get(OVERFLOW) : undefined
    if (overflow) return overflow
    const series: Series = {
      attributes: full ? { 'otel.metric.overflow': true } : this.#told.attributes(source),
      startMs: this.#startMs,
      counts: Array.from({ length: this.#bounds.length + 1 }, () => 0),
      count: 0,
      sum: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      exemplar: undefined,
    }
    this.#series.set(full ? OVERFLOW : key, series)
    return series
  }
}
