import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Another collector works on this data directory. */
export class DataDirLockedError extends Error {
  override readonly name: string = 'DataDirLockedError'
}

/**
 * Takes the data directory for this process. The lock is the operating system's, held through an open SQLite
 * transaction, so it ends with the process however that ends; `lock.json` only tells others who holds it.
 *
 * @throws {DataDirLockedError} when another collector holds it.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  const owner = join(dataDir, 'lock.json')
  const db = new DatabaseSync(join(dataDir, 'lock.db'), { timeout: 0 })
  try {
    db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== 5)
      throw Object.assign(error as Error, { path: join(dataDir, 'lock.db') })
    throw new DataDirLockedError(
      `the data directory ${dataDir} is in use by another collector${ownerOf(owner)}: stop it, or give this one its own with HUBLINE_DATA=<directory>`,
    )
  }
  writeFileSync(owner, JSON.stringify({ pid: process.pid }))
  return {
    release() {
      rmSync(owner, { force: true })
      db.close()
    },
  }
}

function ownerOf(file: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown }
    return typeof pid === 'number' ? ` (process ${pid})` : ''
  } catch {
    return ''
  }
}
