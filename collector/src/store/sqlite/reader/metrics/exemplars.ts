import { readMetric } from '../../../../otlp/read.ts'
import type { MetricExemplar, MetricProblem, SeriesQuery } from '../../../metrics.ts'
import type { PartFiles } from '../part-files.ts'
import { originsOf } from '../resources.ts'
import { serviceNames } from '../service-names.ts'
import { WorkBudget } from '../work-budget.ts'
import { describeMetric } from './names.ts'
import { matches, metricRows } from './series.ts'

const TYPES = ['gauge', 'sum', 'histogram', 'exponential_histogram']
/** Exports come about in the order of their measurements: among so many times the limit are the newest. */
const ENOUGH = 4
const WORK = { rows: 100_000, ms: 2000 }

/** The newest exemplars of a metric in a range of time. */
export function metricExemplars(
  files: PartFiles,
  { limit, ...query }: SeriesQuery & { limit: number },
): MetricExemplar[] | MetricProblem {
  const { since, until, labels = [] } = query
  if (describeMetric(files, query.name, query.service) === undefined) return { problem: 'unknown' }
  const origins = originsOf(files)
  const names = serviceNames(files)
  const budget = new WorkBudget(WORK)
  // A measurement may be told again with every export while nothing newer comes.
  const found = new Map<string, MetricExemplar>()
  for (const row of metricRows(files, query, TYPES, 'desc')) {
    budget.spend(1)
    if (budget.isSpent) break
    const service = names(row.service_id)
    const resource = origins.resource(row.resource_id)
    for (const point of readMetric(row.metric).dataPoints) {
      if (!('exemplars' in point) || point.exemplars.length === 0) continue
      const { attributes } = point
      if (!labels.every((label) => matches({ service, attributes, resource }, label))) continue
      for (const exemplar of point.exemplars) {
        const time = Number(BigInt(exemplar.timeUnixNano) / 1_000_000n)
        if (time < since || time >= until) continue
        const key = JSON.stringify([row.resource_id, attributes, exemplar])
        const { value, traceId: trace_id, spanId: span_id } = exemplar
        const told = {
          time,
          value,
          trace_id,
          span_id,
          attributes: exemplar.attributes,
          labels: attributes,
          service,
        }
        found.set(key, told)
      }
    }
    if (found.size > ENOUGH * limit) break
  }
  return [...found.values()].sort((a, b) => b.time - a.time).slice(0, limit)
}
