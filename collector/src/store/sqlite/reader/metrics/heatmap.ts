import { zeros } from '../../../../otlp/exponential.ts'
import type { MetricHeatmap } from '../../../metrics.ts'
import type { Distribution } from './distribution.ts'
import { ended, shareBetween } from './quantile.ts'

/** Counts of each step in buckets that are the same for all steps. */
export function heatmapOf(
  steps: readonly (Distribution | undefined)[],
): Pick<MetricHeatmap, 'bounds' | 'counts'> {
  const all = new Set<number>()
  for (const step of steps) for (const bound of step?.bounds() ?? []) all.add(bound)
  const bounds = [...all].sort((a, b) => a - b)
  const counts = steps.map((step) => {
    if (step === undefined) return null
    const row = zeros(bounds.length)
    for (const bin of step.bins()) {
      if (bin.count <= 0) continue
      if (bin.high === Number.POSITIVE_INFINITY) {
        row[bounds.length - 1]! += bin.count
        continue
      }
      const closed = ended(bin)
      // Only buckets of different histograms have to be cut.
      for (let at = 0; at < bounds.length; at++) {
        const low = at === 0 ? Number.NEGATIVE_INFINITY : bounds[at - 1]!
        if (closed.low === closed.high) {
          if (low < closed.high && closed.high <= bounds[at]!) row[at]! += bin.count
        } else row[at]! += bin.count * shareBetween(closed, low, bounds[at]!)
      }
    }
    return row
  })
  return { bounds: bounds.map((bound) => (Number.isFinite(bound) ? bound : null)), counts }
}
