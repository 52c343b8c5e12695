import { createReadStream, existsSync } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import type { BackupFile } from '../backup.ts'
import type { StoredSignal } from '../store.ts'
import { openForReading, transaction } from './database.ts'
import { unlistPart } from './catalog-parts.ts'
import { snapshotOfPart, WHOLE } from './writer/snapshot.ts'

/** Folder of a data directory in which copies wait to be read; a collector that starts empties it. */
export const COPIES = 'backup'

interface BackupOptions {
  dataDir: string
  /** Has the writer copy the catalog and the open parts into a folder. */
  snapshot: (folder: string) => Promise<void>
}

/**
 * Copies a store file by file while it is written. The catalog and the open parts are of one moment; sealed parts are copied
 * one at a time after it, so little more is on the disk than the largest of them. What came into these since is counted
 * again by whoever opens the copy; those that retention has given up since are taken out of the copy's catalog.
 */
export async function* backUp({ dataDir, snapshot }: BackupOptions): AsyncGenerator<BackupFile, void> {
  const folder = join(dataDir, COPIES)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  try {
    await snapshot(folder)
    const catalogPath = join(folder, 'catalog.db')
    const gone: ListedPart[] = []
    for (const part of listParts(catalogPath)) {
      const { signal, id } = part
      const copy = snapshotOfPart(folder, signal, id)
      if (!existsSync(copy) && !(await copySealed(join(dataDir, signal, `${id}.db`), copy))) {
        gone.push(part)
        continue
      }
      yield await toFile(`${signal}/${id}.db`, copy)
      await rm(copy)
    }
    unlist(catalogPath, gone)
    yield await toFile('catalog.db', catalogPath)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface ListedPart {
  signal: StoredSignal
  id: number
}

/** @returns false where the part is gone. */
async function copySealed(path: string, copy: string): Promise<boolean> {
  let db: DatabaseSync
  try {
    db = openForReading(path)
  } catch (error) {
    if (existsSync(path)) throw error
    return false
  }
  try {
    await backup(db, copy, { rate: WHOLE })
    return true
  } finally {
    db.close()
  }
}

function listParts(catalogPath: string): ListedPart[] {
  const catalog = openForReading(catalogPath)
  try {
    return catalog
      .prepare('SELECT signal, id FROM parts ORDER BY signal, id')
      .all() as unknown as ListedPart[]
  } finally {
    catalog.close()
  }
}

function unlist(catalogPath: string, gone: readonly ListedPart[]): void {
  if (gone.length === 0) return
  const catalog = new DatabaseSync(catalogPath)
  try {
    transaction(catalog, () => {
      for (const { signal, id } of gone) unlistPart(catalog, signal, id)
    })
  } finally {
    catalog.close()
  }
}

async function toFile(name: string, path: string): Promise<BackupFile> {
  const { size } = await stat(path)
  return { name, bytes: size, content: read(path) }
}

/** The file is only opened when somebody begins to read. */
async function* read(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path)
}
