/** Series of all metrics together that are told apart. */
const MAX_SERIES = 1_000_000
/** Metrics, each of one service, that are told apart. */
const MAX_METRICS = 50_000
/** A series that was not seen for one to two of these is forgotten. */
const WINDOW_MS = 3_600_000

/** Series of one metric, as hashes: those of this window, and those of the last that were not seen in this one. */
interface Seen {
  now: Set<number>
  before: Set<number>
}

/**
 * Says which data points are of more series than a metric of a service may have. Those that were there first stay, as long
 * as they keep coming.
 */
export class SeriesLimit {
  readonly #limit: number
  readonly #metrics = new Map<string, Seen>()
  #total = 0
  #window = Number.NaN

  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * @param series a hash of the attributes of each point
   * @param now milliseconds since the epoch
   * @returns positions of the points beyond the limit; undefined where there are none.
   */
  beyond(service: string, name: string, series: readonly number[], now: number): Set<number> | undefined {
    this.#rotate(now)
    const key = `${service}\u0000${name}`
    let seen = this.#metrics.get(key)
    if (!seen) {
      if (this.#metrics.size >= MAX_METRICS) return new Set(series.keys())
      this.#metrics.set(key, (seen = { now: new Set(), before: new Set() }))
    }
    let beyond: Set<number> | undefined
    for (let at = 0; at < series.length; at++) {
      const hash = series[at]!
      if (seen.now.has(hash)) continue
      if (seen.before.delete(hash)) seen.now.add(hash)
      else if (seen.now.size + seen.before.size < this.#limit && this.#total < MAX_SERIES) {
        seen.now.add(hash)
        this.#total++
      } else (beyond ??= new Set()).add(at)
    }
    return beyond
  }

  /** How many series of a metric were seen of late. */
  count(service: string, name: string): number {
    const seen = this.#metrics.get(`${service}\u0000${name}`)
    return seen ? seen.now.size + seen.before.size : 0
  }

  #rotate(now: number): void {
    const window = Math.floor(now / WINDOW_MS)
    if (window === this.#window || Number.isNaN(window)) return
    this.#window = window
    for (const [key, seen] of this.#metrics) {
      this.#total -= seen.before.size
      if (seen.now.size === 0) this.#metrics.delete(key)
      else this.#metrics.set(key, { now: new Set(), before: seen.now })
    }
  }
}
