import type { LogStore } from '../../../logs.ts'
import type { PartFiles } from '../part-files.ts'
import { logFacets, logHistogram } from './counts.ts'
import { findLogRecord, listLogs, logContext } from './list.ts'

/** What a reader thread answers of log records. */
export type LogQueries = {
  [Name in keyof LogStore]: (...args: Parameters<LogStore[Name]>) => Awaited<ReturnType<LogStore[Name]>>
}

export const logQueries = (files: PartFiles): LogQueries => ({
  logs: (query) => listLogs(files, query),
  log: (seq, service) => findLogRecord(files, seq, service),
  logContext: (seq, around) => logContext(files, seq, around),
  logFacets: (query) => logFacets(files, query),
  logHistogram: (query) => logHistogram(files, query),
})
