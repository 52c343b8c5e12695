import { diskProblem } from '../database.ts'

/**
 * Commits a group of rows; when something in it cannot be stored, each job is committed by itself, so that only the one
 * to blame fails. A failing disk fails them all at once.
 */
export function commitOrSplit<Write extends { job: number }>(
  writes: Write[],
  commit: (writes: Write[]) => void,
  failed: (jobs: Iterable<number>, error: unknown) => void,
): void {
  try {
    commit(writes)
  } catch (error) {
    const jobs = Map.groupBy(writes, (write) => write.job)
    if (jobs.size === 1 || diskProblem(error) !== undefined) failed(jobs.keys(), error)
    else for (const alone of jobs.values()) commitOrSplit(alone, commit, failed)
  }
}
