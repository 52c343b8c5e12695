import { DatabaseSync } from 'node:sqlite'

export type Table = 'conversations' | 'messages'

/** The app's own database; without a path an empty one in memory. */
export function openDatabase(path = ':memory:'): DatabaseSync {
  const database = new DatabaseSync(path)
  for (const table of ['conversations', 'messages'] satisfies Table[])
    database.exec(`CREATE TABLE IF NOT EXISTS ${table} (id INTEGER PRIMARY KEY, created_at INTEGER NOT NULL)`)
  return database
}

/** Rows of a table that were made at or after a time, in milliseconds since the epoch. */
export function countSince(database: DatabaseSync, table: Table, since: number): number {
  const counted = database.prepare(`SELECT count(*) AS rows FROM ${table} WHERE created_at >= ?`).get(since)
  return Number(counted!['rows'])
}
