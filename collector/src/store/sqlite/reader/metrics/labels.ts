import type { MetricLabels, MetricProblem, SeriesQuery } from '../../../metrics.ts'
import { asText } from '../logs/conditions.ts'
import type { PartFiles } from '../part-files.ts'
import { describeMetric } from './names.ts'
import { typesLike } from './range.ts'
import { readAllSeries } from './reported-series.ts'
import { MOST_NUMBERS, TooMuchError, type Series } from './series.ts'

const MOST_VALUES = 200
const MOST_KEYS = 100

/** The labels of a metric's series in a range, with their values. */
export function metricLabels(files: PartFiles, query: SeriesQuery): MetricLabels | MetricProblem {
  const metric = describeMetric(files, query.name, query.service)
  if (metric === undefined) return { problem: 'unknown' }
  let all: Series[]
  try {
    all = readAllSeries(files, query, typesLike(metric.type))
  } catch (error) {
    if (error instanceof TooMuchError) return { problem: 'too_much', most: MOST_NUMBERS }
    throw error
  }
  const ofPoints = new Map<string, Set<string>>()
  const ofResources = new Map<string, Set<string>>()
  for (const { attributes, resource, service } of all) {
    collect(ofPoints, attributes)
    collect(ofResources, { ...resource.attributes, 'service.name': service })
  }
  const labels = [
    ...listed(ofPoints, 'point'),
    ...listed(ofResources, 'resource').filter(({ key }) => !ofPoints.has(key)),
  ]
  return { series: all.length, labels: labels.slice(0, MOST_KEYS) }
}

function collect(into: Map<string, Set<string>>, attributes: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(attributes)) {
    let values = into.get(key)
    if (!values) into.set(key, (values = new Set()))
    values.add(asText(value))
  }
}

function listed(from: Map<string, Set<string>>, of: 'point' | 'resource'): MetricLabels['labels'] {
  return [...from]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, values]) => {
      return { key, of, values: [...values].sort().slice(0, MOST_VALUES), count: values.size }
    })
}
