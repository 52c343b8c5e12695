/** A bucket: so many values above `low` and up to `high`. An end may be infinite. */
export interface Bin {
  low: number
  high: number
  count: number
  /** Of an exponential histogram: its values are taken to be spread evenly by their logarithm. */
  isExponential: boolean
}

/**
 * The value below which a share of all values lies, as near as the buckets tell: within a bucket values are taken to be
 * spread evenly, and one without an end counts at the end that it has. Buckets of different histograms may overlap.
 *
 * @param share from 0 to 1
 * @param bins by their lower ends
 * @returns undefined when they are empty.
 */
export function quantile(share: number, bins: readonly Bin[]): number | undefined {
  const filled = bins.filter(({ count }) => count > 0)
  const total = filled.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return undefined
  const rank = share * total
  const pieces = areApart(filled) ? filled.map(ended) : cut(filled.map(ended))
  let below = 0
  for (const piece of pieces) {
    below += piece.count
    // What was added up of fractions may miss the whole by a little.
    if (below >= rank * (1 - 1e-12)) return within(piece, (rank - (below - piece.count)) / piece.count)
  }
  return pieces.at(-1)!.high
}

/** How many of a bin's values lie between two ends, taken as spread evenly. */
export function shareBetween({ low, high, isExponential }: Bin, from: number, to: number): number {
  if (low === high) return from <= low && low <= to ? 1 : 0
  const [start, end] = [Math.max(low, from), Math.min(high, to)]
  if (start >= end) return 0
  if (isExponential) return Math.log(end / start) / Math.log(high / low)
  return (end - start) / (high - low)
}

/** A bin without an end becomes a point at the end that it has. */
export function ended(bin: Bin): Bin {
  const { low, high } = bin
  if (Number.isFinite(low) && Number.isFinite(high)) return bin
  const at = Number.isFinite(low) ? low : Number.isFinite(high) ? high : 0
  return { ...bin, low: at, high: at }
}

function within({ low, high, isExponential }: Bin, share: number): number {
  const at = Math.min(1, Math.max(0, share))
  return isExponential ? low * (high / low) ** at : low + (high - low) * at
}

function areApart(bins: readonly Bin[]): boolean {
  return bins.every((bin, at) => at === 0 || bins[at - 1]!.high <= bin.low)
}

/** Cuts bins that overlap at all of their ends, into pieces that do not. */
function cut(bins: readonly Bin[]): Bin[] {
  const ends = [...new Set(bins.flatMap(({ low, high }) => [low, high]))].sort((a, b) => a - b)
  const pieces: Bin[] = []
  for (const [at, end] of ends.entries()) {
    const here = bins.reduce((sum, bin) => sum + (bin.low === bin.high && bin.low === end ? bin.count : 0), 0)
    if (here > 0) pieces.push({ low: end, high: end, count: here, isExponential: false })
    const next = ends[at + 1]
    if (next === undefined) break
    let count = 0
    let isExponential = true
    for (const bin of bins) {
      if (bin.low === bin.high) continue
      const share = shareBetween(bin, end, next)
      if (share === 0) continue
      count += bin.count * share
      isExponential &&= bin.isExponential
    }
    if (count > 0) pieces.push({ low: end, high: next, count, isExponential })
  }
  return pieces
}
