import type { MetricStore } from '../../../metrics.ts'
import type { PartFiles } from '../part-files.ts'
import { metricExemplars } from './exemplars.ts'
import { metricLabels } from './labels.ts'
import { listMetrics } from './names.ts'
import { metricRange } from './range.ts'

/** What a reader thread answers of metrics. */
export type MetricQueries = {
  [Name in keyof MetricStore]: (
    ...args: Parameters<MetricStore[Name]>
  ) => Awaited<ReturnType<MetricStore[Name]>>
}

export const metricQueries = (files: PartFiles): MetricQueries => ({
  metrics: (query) => listMetrics(files, query),
  metricLabels: (query) => metricLabels(files, query),
  metricRange: (query) => metricRange(files, query),
  metricExemplars: (query) => metricExemplars(files, query),
})
