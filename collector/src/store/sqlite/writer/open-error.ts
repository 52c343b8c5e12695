import { DatabaseVersionError, diskProblem } from '../database.ts'
import { DataDirLockedError } from '../lock.ts'

const DAMAGED = new Set([11, 26])

/** Why the data directory could not be opened, in one line that says what to do about it. */
export function explained(error: unknown, { dataDir }: { dataDir: string }): Error {
  if (error instanceof DataDirLockedError || error instanceof DatabaseVersionError) return error as Error
  const { message, errcode, code, path } = error as Error & { errcode?: number; code?: string; path?: string }
  const elsewhere = 'give another directory with HUBLINE_DATA=<directory>'
  const where = `the data directory ${dataDir}`
  if (typeof errcode === 'number' && DAMAGED.has(errcode & 0xff)) {
    const file = path ? ` (${path})` : ''
    return named(
      `${where} holds a file${file} that is damaged or no database of the collector: put it right, or ${elsewhere}`,
    )
  }
  if (typeof errcode === 'number') {
    return named(
      `${where} cannot be used: ${diskProblem(error) ?? message}; see that this user may write there, or ${elsewhere}`,
    )
  }
  if (typeof code !== 'string') return error as Error
  const verb = path === undefined || path === dataDir ? '' : ` because of ${path}`
  return named(`${where} cannot be made or written${verb} (${code}): ${elsewhere}`)
}

/** One line, whatever the system said. */
function named(message: string): Error {
  return Object.assign(new Error(message.replaceAll(/\s*\n\s*/g, ' ')), { name: 'DataDirError' })
}
