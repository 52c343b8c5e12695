import type { Occurrence } from '../../../errors/occurrence.ts'
import type { ErrorStore, KeptOccurrence } from '../../errors.ts'
import { readError } from './error-detail.ts'
import { findGroup, listErrors } from './error-groups.ts'
import type { PartFiles } from './part-files.ts'

/** What a reader thread answers of errors. */
export type ErrorQueries = {
  [Name in Exclude<keyof ErrorStore, 'decideError'>]: (
    ...args: Parameters<ErrorStore[Name]>
  ) => Awaited<ReturnType<ErrorStore[Name]>>
}

export const errorQueries = (files: PartFiles): ErrorQueries => ({
  errors: (query) => listErrors(files, query),
  error: (key, service, now) => readError(files, key, service, now),
  errorOccurrences: (key, service, limit) => listOccurrences(files, key, service, limit),
})

function listOccurrences(
  { catalog }: PartFiles,
  key: string,
  service: string | undefined,
  limit: number,
): KeptOccurrence[] | undefined {
  const group = findGroup(catalog, key, service)
  if (!group) return undefined
  return catalog
    .prepare(
      'SELECT id, body FROM error_occurrences WHERE group_id = ? ORDER BY time_ms DESC, id DESC LIMIT ?',
    )
    .all(group['id'] as number, limit)
    .map((row) => ({ ...(JSON.parse(row['body'] as string) as Occurrence), id: row['id'] as number }))
}
