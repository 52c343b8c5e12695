import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { refuseNewer } from './database.ts'
import { CATALOG_MIGRATIONS, PART_MIGRATIONS, SIGNALS } from './schema.ts'

/** What every SQLite file begins with. */
const MAGIC = 'SQLite format 3\0'
/** Where it keeps `user_version`, in 4 bytes. */
const VERSION_AT = 60

/**
 * Looks at all files of a data directory before any is opened, as even to open one may change it.
 *
 * @throws {DatabaseVersionError} when a newer collector has made one.
 */
export function refuseNewerFiles(dataDir: string): void {
  const catalog = join(dataDir, 'catalog.db')
  refuseNewer(versionOf(catalog), catalog, CATALOG_MIGRATIONS)
  for (const signal of SIGNALS) {
    for (const name of namesIn(join(dataDir, signal))) {
      const path = join(dataDir, signal, name)
      if (/^\d+\.db$/.test(name)) refuseNewer(versionOf(path), path, PART_MIGRATIONS[signal])
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // There is none yet, or opening it will say what is wrong.
    return []
  }
}

/** 0 for what is no database: opening it will say so. */
function versionOf(path: string): number {
  const head = Buffer.alloc(VERSION_AT + 4)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return 0
  }
  try {
    readSync(file, head, 0, head.length, 0)
  } finally {
    closeSync(file)
  }
  return head.toString('latin1', 0, MAGIC.length) === MAGIC ? head.readUInt32BE(VERSION_AT) : 0
}
