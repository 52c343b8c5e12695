import type { RequestRateSeries, RequestRatesQuery } from '../../service-map.ts'
import { MINUTES_KEPT_MS } from '../call-steps.ts'
import { durationQuantile } from '../duration-histogram.ts'
import { addCalls, noCalls, rangeOf, type CallSum } from './call-sums.ts'
import type { PartFiles } from './part-files.ts'
import { serviceNumber } from './service-names.ts'

/** Rate, errors and durations of what a service took, by bucket of time; undefined for a service nobody knows. */
export function readRequestRates(files: PartFiles, query: RequestRatesQuery): RequestRateSeries | undefined {
  const { service, since, until, step } = query
  const id = serviceNumber(files, service)
  if (id === undefined) return undefined
  const hours = step % 3_600_000 === 0 || since <= Date.now() - MINUTES_KEPT_MS
  const stepS = hours ? Math.ceil(step / 3_600_000) * 3600 : step / 1000
  const range = rangeOf(hours ? 3600 : 60, since, until)
  const first = Math.floor(range.from / stepS) * stepS
  const buckets = new Map<number, CallSum>()
  for (let at = first; at < range.to; at += stepS) buckets.set(at, noCalls())
  const path = files.catalog
    .prepare('SELECT id FROM call_paths WHERE callee = ? AND caller = 0 AND peer = 0')
    .get(id)?.['id'] as number | undefined
  if (path !== undefined) {
    addCalls(files, path, range, (at) => buckets.get(Math.floor(at / stepS) * stepS)!)
  }
  const data = [...buckets].map(([at, { calls, errors, durations }]) => ({
    at: new Date(at * 1000).toISOString(),
    calls,
    errors,
    calls_per_second: calls / stepS,
    error_ratio: calls === 0 ? 0 : errors / calls,
    p50_ms: durationQuantile(durations, 0.5),
    p95_ms: durationQuantile(durations, 0.95),
    p99_ms: durationQuantile(durations, 0.99),
  }))
  return { service, step_s: stepS, data }
}
