import type { TraceStore } from '../../traces.ts'
import type { PartFiles } from './part-files.ts'
import { listOperations, sampleAttributes } from './span-vocabulary.ts'
import type { TraceParts } from './trace-parts.ts'
import { readTrace } from './trace.ts'
import { readTraceStats } from './traces-stats.ts'
import { searchTraces } from './traces.ts'

/** What a reader thread answers of traces. */
export type TraceQueries = {
  [Name in keyof TraceStore]: (...args: Parameters<TraceStore[Name]>) => Awaited<ReturnType<TraceStore[Name]>>
}

export const traceQueries = (files: PartFiles, parts: TraceParts): TraceQueries => ({
  trace: (traceId, service) => readTrace(files, parts, traceId, service),
  traces: (search) => searchTraces(files, parts, search),
  traceStats: (query) => readTraceStats(files, query),
  operations: (query) => listOperations(files, query),
  spanAttributes: (query) => sampleAttributes(files, query),
})
