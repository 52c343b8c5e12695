import { diskProblem } from '../database.ts'

/** Why a job was not done. */
export interface Failure {
  problem: 'disk' | 'internal'
  message: string
}

export function toFailure(error: unknown): Failure {
  const disk = diskProblem(error)
  if (disk !== undefined) return { problem: 'disk', message: disk }
  return { problem: 'internal', message: (error as Error).message }
}
