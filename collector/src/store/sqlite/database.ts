import { closeSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Durability } from '../../config/config.ts'

/** A newer program wrote this file, or it is damaged; the collector must not touch it. */
export class DatabaseVersionError extends Error {
  override readonly name: string = 'DatabaseVersionError'
}

/** Milliseconds to wait for others who have the file open. */
const BUSY_MS = 5000
/** Bytes of a write-ahead log after which its content is brought into the file, and that are kept for what comes next. */
const LOG_BYTES = 4 * 1024 * 1024

/**
 * Brings what the write-ahead log holds into the file and gives the log's space back. While somebody reads what only the
 * log has, it does as much as it can, without waiting.
 */
export function foldLog(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 0')
  try {
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  } finally {
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  }
}

/**
 * Opens a database for the one writer. With `normal` durability a commit survives the end of the process, the last ones
 * may be lost with the power; with `full` each is on the disk, and so is the name of the file.
 *
 * @param first SQL that only a new file takes, to run before anything is written.
 */
export function openForWriting(path: string, durability: Durability, first?: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_MS })
  const synchronous = durability === 'full' ? 'FULL' : 'NORMAL'
  try {
    if (first !== undefined) db.exec(first)
    const pageBytes = Number(db.prepare('PRAGMA page_size').get()!['page_size'])
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA temp_store = MEMORY;
      PRAGMA journal_size_limit = ${LOG_BYTES}; PRAGMA wal_autocheckpoint = ${LOG_BYTES / pageBytes}`)
  } catch (error) {
    db.close()
    throw Object.assign(error as Error, { path })
  }
  if (durability === 'full') syncDirectory(dirname(path))
  return db
}

/** Makes a folder that survives a loss of power where that is asked for. */
export function makeDirectory(path: string, durability: Durability): void {
  const missing: string[] = []
  for (let folder = path; !isDirectory(folder); folder = dirname(folder)) missing.push(folder)
  // One by one: below /proc, Node's own recursion never ends.
  for (const folder of missing.toReversed()) makeOne(folder)
  if (missing.length === 0 || durability !== 'full') return
  // Every folder that is new has its name in the one above it.
  for (const folder of missing) syncDirectory(dirname(folder))
}

/** @throws ENOTDIR where something else has the name */
function isDirectory(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found || found.isDirectory()) return found !== undefined
  throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR', path })
}

/** Another process may make it at the same moment. */
function makeOne(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    if (!isDirectory(path)) throw error
  }
}

/** Windows cannot sync a folder, and its file systems keep names without it. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: 2000 })
}

/**
 * Applies the migrations that a database has not had, in one transaction; `user_version` counts them.
 *
 * @param last SQL to run after them, in the same transaction; also where there are none.
 */
export function migrate(db: DatabaseSync, path: string, migrations: readonly string[], last?: string): void {
  const version = checkVersion(db, path, migrations)
  const missing = migrations.slice(version)
  if (last !== undefined) missing.push(last)
  if (missing.length === 0) return
  transaction(db, () => db.exec(`${missing.join(';')}; PRAGMA user_version = ${migrations.length}`))
}

/**
 * How many of the migrations a database has had.
 *
 * @throws {DatabaseVersionError} when it has had others.
 */
export function checkVersion(db: DatabaseSync, path: string, migrations: readonly string[]): number {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
  refuseNewer(version, path, migrations)
  return version
}

/** @throws {DatabaseVersionError} when there are not so many migrations. */
export function refuseNewer(version: number, path: string, migrations: readonly string[]): void {
  if (version <= migrations.length) return
  throw new DatabaseVersionError(
    `${path} has schema version ${version}, this collector knows ${migrations.length}: run the newer collector or choose another data directory`,
  )
}

/** Values for the parameters `?1`, `?2` and so on: Node 22 takes numbered ones by their names alone. */
export function numbered(...values: SQLInputValue[]): Record<string, SQLInputValue> {
  return Object.fromEntries(values.map((value, index) => [index + 1, value]))
}

/** Runs `work` in one transaction; any error rolls it back and is thrown on. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite has already rolled back after a full disk or an I/O error.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

const DISK_ERRORS = new Map([
  [8, 'the data directory is read-only'],
  [10, 'the disk gave an I/O error'],
  [13, 'the disk is full'],
  [14, 'a file could not be opened'],
])

/** What is wrong with the disk, when `error` came from SQLite because of it. */
export function diskProblem(error: unknown): string | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode
  // The low byte is the primary code; the rest tells which call failed.
  return typeof code === 'number' ? DISK_ERRORS.get(code & 0xff) : undefined
}
