import { join } from 'node:path'
import { backup, type DatabaseSync } from 'node:sqlite'
import { openForReading } from '../database.ts'
import { SIGNALS } from '../schema.ts'
import type { StoredSignal } from '../../store.ts'
import type { Parts } from './parts.ts'

// All at once: what is copied in steps would have to start again with each commit.
export const WHOLE: number = 2 ** 31 - 1

/** Where a snapshot keeps its copy of a part that was open. */
export function snapshotOfPart(folder: string, signal: StoredSignal, id: number): string {
  return join(folder, `${signal}-${id}.db`)
}

/**
 * Copies the catalog and the open parts as they are at this moment, which must lie between two commits: the call itself
 * reads nothing but holds their state; the copies are made from that while commits go on.
 */
export function takeSnapshot(
  dataDir: string,
  parts: Record<StoredSignal, Parts>,
  folder: string,
): Promise<void> {
  const copies = SIGNALS.map((signal) => {
    const { id } = parts[signal].open
    return { from: join(dataDir, signal, `${id}.db`), to: snapshotOfPart(folder, signal, id) }
  })
  copies.push({ from: join(dataDir, 'catalog.db'), to: join(folder, 'catalog.db') })
  const held: DatabaseSync[] = []
  try {
    for (const { from } of copies) held.push(holdState(from))
  } catch (error) {
    for (const db of held) db.close()
    throw error
  }
  return copyHeld(held, copies)
}

async function copyHeld(held: DatabaseSync[], copies: { to: string }[]): Promise<void> {
  try {
    for (const [index, { to }] of copies.entries()) {
      await backup(held[index]!, to, { rate: WHOLE })
      // Until it is closed, the log of the original can only grow.
      held[index]!.close()
    }
  } finally {
    for (const db of held) if (db.isOpen) db.close()
  }
}

/** A connection that goes on seeing what is there now. */
function holdState(path: string): DatabaseSync {
  const db = openForReading(path)
  db.exec('BEGIN')
  db.prepare('SELECT count(*) FROM sqlite_schema').get()
  return db
}
