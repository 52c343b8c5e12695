import { bucketMiddle, DURATION_BUCKETS } from '../duration-histogram.ts'

/**
 * Encoded durations, added up again and again in the same memory. Only the buckets between the least and the greatest
 * that were used are gone through: few of all are, and a fleet has thousands of these sums.
 */
export class DurationSums {
  readonly #counts = new Float64Array(DURATION_BUCKETS)
  #total = 0
  #least = DURATION_BUCKETS
  #greatest = -1

  /** @param hex what `encodeDurations` made, several apart by a space, as hex digits */
  add(hex: string): void {
    let at = 0
    let bucket = 0
    const next = () => {
      let value = 0
      for (let factor = 1; ; factor *= 128) {
        const byte = digit(hex.charCodeAt(at)) * 16 + digit(hex.charCodeAt(at + 1))
        at += 2
        value += (byte & 127) * factor
        if (byte < 128) return value
      }
    }
    while (at < hex.length) {
      if (hex.charCodeAt(at) === SPACE) {
        at++
        bucket = 0
        continue
      }
      bucket += next()
      this.#count(bucket, next())
    }
  }

  /** Adds what `other` holds. */
  addAll(other: DurationSums): void {
    for (let bucket = other.#least; bucket <= other.#greatest; bucket++)
      if (other.#counts[bucket]! > 0) this.#count(bucket, other.#counts[bucket]!)
  }

  /** Milliseconds, within 4.4 %, to three digits; all null where nothing was added. */
  quantiles(): { p50: number | null; p95: number | null; p99: number | null } {
    return { p50: this.#quantile(0.5), p95: this.#quantile(0.95), p99: this.#quantile(0.99) }
  }

  clear(): void {
    this.#counts.fill(0, this.#least, this.#greatest + 1)
    this.#total = 0
    this.#least = DURATION_BUCKETS
    this.#greatest = -1
  }

  #count(bucket: number, count: number): void {
    this.#counts[bucket]! += count
    this.#total += count
    if (bucket < this.#least) this.#least = bucket
    if (bucket > this.#greatest) this.#greatest = bucket
  }

  #quantile(q: number): number | null {
    if (this.#total === 0) return null
    let rest = Math.max(1, Math.ceil(this.#total * q))
    let bucket = this.#least
    while ((rest -= this.#counts[bucket]!) > 0) bucket++
    return MIDDLES[bucket]!
  }
}

const SPACE = 32
const MIDDLES = Array.from({ length: DURATION_BUCKETS }, (_, bucket) =>
  Number(bucketMiddle(bucket).toPrecision(3)),
)

/** Of a hex digit of SQLite, which has capitals. */
function digit(code: number): number {
  return code < 65 ? code - 48 : code - 55
}
