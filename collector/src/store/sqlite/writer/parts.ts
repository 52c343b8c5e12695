import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Durability } from '../../../config/config.ts'
import { countSpansAnew, unlistPart } from '../catalog-parts.ts'
import { checkVersion, foldLog, makeDirectory, migrate, openForWriting, transaction } from '../database.ts'
import { PART_MIGRATIONS, SEALING } from '../schema.ts'
import type { StoredSignal } from '../../store.ts'
import type { PartLimits } from './part-limits.ts'

/** One file of rows. Times are milliseconds since the epoch. */
export interface Part {
  readonly id: number
  /** Events: the ULID times that belong here, `to` exclusive and null while open. Others: the time it was opened. */
  readonly fromMs: number
  toMs: number | null
  readonly createdMs: number
  rows: number
  minSeq: bigint | null
  maxSeq: bigint | null
  minTimeMs: number | null
  maxTimeMs: number | null
}

// Late events open sealed parts again; more than these are closed, longest unused first.
const MAX_OPEN_FILES = 8
/** Of new files. Rows come many at a time and are read in stretches: four times SQLite's default costs less for both. */
const LARGE_PAGES = 'PRAGMA page_size = 16384'

interface PartsOptions {
  dataDir: string
  durability: Durability
  signal: StoredSignal
  catalog: DatabaseSync
  limits: PartLimits
  /** Milliseconds since the epoch. */
  now: number
}

/** The parts of one signal, as the writer sees them: exactly one is open, and it is the last. */
export class Parts {
  readonly limits: PartLimits
  readonly all: Part[] = []
  readonly #touched = new Set<Part>()
  readonly #files = new Map<number, DatabaseSync>()
  readonly #folder: string
  readonly #durability: Durability
  readonly #signal: StoredSignal
  readonly #catalog: DatabaseSync
  readonly #update: StatementSync
  readonly #pages = new WeakMap<DatabaseSync, { count: StatementSync; bytes: number }>()

  constructor({ dataDir, durability, signal, catalog, limits, now }: PartsOptions) {
    this.limits = limits
    this.#folder = join(dataDir, signal)
    this.#durability = durability
    this.#signal = signal
    this.#catalog = catalog
    makeDirectory(this.#folder, durability)
    const rows = catalog.prepare('SELECT * FROM parts WHERE signal = ? ORDER BY id')
    rows.setReadBigInts(true)
    for (const row of rows.all(signal)) this.all.push(toPart(row))
    this.#update = catalog.prepare(
      'UPDATE parts SET rows = ?, min_seq = ?, max_seq = ?, min_time_ms = ?, max_time_ms = ? WHERE signal = ? AND id = ?',
    )
    this.#sweep()
    if (this.all.length === 0) this.#create(now, signal === 'events' ? 0 : now)
  }

  get open(): Part {
    return this.all.at(-1)!
  }

  /** Whether the open part has come to one of its limits. */
  isFull(now: number): boolean {
    const { rows, createdMs } = this.open
    if (rows === 0) return false
    const { rows: mostRows, ageMs, bytes } = this.limits
    return rows >= mostRows || now - createdMs >= ageMs || this.#openBytes() >= bytes
  }

  /** Has the logs of files that are not being written to give their space back. */
  trim(): void {
    for (const [id, db] of this.#files) {
      if (id === this.open.id) continue
      const log = statSync(join(this.#folder, `${id}.db-wal`), { throwIfNoEntry: false })
      if (log && log.size > 0) foldLog(db)
    }
  }

  /** The part's database, opened when first needed. */
  database(part: Part): DatabaseSync {
    let db = this.#files.get(part.id)
    if (db) this.#files.delete(part.id)
    else {
      const path = join(this.#folder, `${part.id}.db`)
      const steps = PART_MIGRATIONS[this.#signal]
      db = openForWriting(path, this.#durability, LARGE_PAGES)
      if (checkVersion(db, path, steps) === 0) migrate(db, path, steps)
    }
    this.#files.set(part.id, db)
    for (const [id, file] of this.#files) {
      if (this.#files.size <= MAX_OPEN_FILES) break
      if (id === this.open.id) continue
      foldLog(file)
      file.close()
      this.#files.delete(id)
    }
    return db
  }

  /** Gives a part that an older collector made the newest tables, with the indexes of a sealed part where it is one. */
  upgrade(part: Part): void {
    const db = this.database(part)
    const indexes = part === this.open ? undefined : SEALING[this.#signal]
    migrate(db, join(this.#folder, `${part.id}.db`), PART_MIGRATIONS[this.#signal], indexes)
  }

  /** The same without indexes, which take long to build. */
  upgradeTables(part: Part): void {
    migrate(this.database(part), join(this.#folder, `${part.id}.db`), PART_MIGRATIONS[this.#signal])
  }

  /** Notes committed rows; `save` writes them to the catalog. */
  added(
    part: Part,
    rows: number,
    minSeq: bigint,
    maxSeq: bigint,
    minTimeMs: number,
    maxTimeMs: number,
  ): void {
    part.rows += rows
    if (part.minSeq === null || minSeq < part.minSeq) part.minSeq = minSeq
    if (part.maxSeq === null || maxSeq > part.maxSeq) part.maxSeq = maxSeq
    if (part.minTimeMs === null || minTimeMs < part.minTimeMs) part.minTimeMs = minTimeMs
    if (part.maxTimeMs === null || maxTimeMs > part.maxTimeMs) part.maxTimeMs = maxTimeMs
    this.#touched.add(part)
  }

  /** Writes what changed; runs inside a catalog transaction, `saved` follows its commit. */
  save(): void {
    for (const part of this.#touched) {
      const { rows, minSeq, maxSeq, minTimeMs, maxTimeMs, id } = part
      this.#update.run(rows, minSeq, maxSeq, minTimeMs, maxTimeMs, this.#signal, id)
    }
  }

  saved(): void {
    this.#touched.clear()
  }

  /**
   * Seals the open part and opens the next: its indexes are built, then the catalog changes in one transaction, so a
   * crash in between only means that sealing runs again. `close` runs inside that transaction.
   */
  roll(now: number, close: (sealed: Part) => void = () => undefined): void {
    const part = this.open
    const db = this.database(part)
    transaction(db, () => db.exec(SEALING[this.#signal]))
    const rowsBefore = part.rows
    part.rows = Number(db.prepare(`SELECT count(*) AS n FROM ${this.#signal}`).get()!['n'])
    this.#prepareFile(part.id + 1)
    const closes = Math.max(now, part.fromMs + 1)
    transaction(this.#catalog, () => {
      close(part)
      // What was counted while it was open has spans that came twice.
      if (part.rows !== rowsBefore && this.#signal === 'spans') {
        countSpansAnew(this.#catalog, { id: part.id, minSeq: part.minSeq! })
      }
      this.#touched.add(part)
      this.save()
      this.#catalog
        .prepare('UPDATE parts SET sealed = 1, to_ms = ? WHERE signal = ? AND id = ?')
        .run(closes, this.#signal, part.id)
      this.#insert(part.id + 1, closes, now)
    })
    this.saved()
    part.toMs = closes
    this.all.push(newPart(part.id + 1, closes, now))
    foldLog(db)
  }

  /** Bytes of the part's files. */
  bytes(part: Part): number {
    const sizes = this.#paths(part).map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Takes a sealed part out of the catalog; runs inside its transaction, `remove` follows the commit. */
  unlist(part: Part): void {
    unlistPart(this.#catalog, this.#signal, part.id)
  }

  /** Gives the space of an unlisted part back. */
  remove(part: Part): void {
    this.#files.get(part.id)?.close()
    this.#files.delete(part.id)
    this.#touched.delete(part)
    this.all.splice(this.all.indexOf(part), 1)
    try {
      for (const path of this.#paths(part)) rmSync(path, { force: true })
    } catch {
      // Some systems keep files that are open elsewhere; the next start removes them.
    }
  }

  close(): void {
    for (const db of this.#files.values()) db.close()
    this.#files.clear()
  }

  /** Removes what a crash left of parts that were unlisted: ids only grow, so those below the first are of the past. */
  #sweep(): void {
    const first = this.all[0]?.id ?? 1
    for (const name of readdirSync(this.#folder)) {
      const id = /^(\d+)\.db(-wal|-shm)?$/.exec(name)?.[1]
      if (id !== undefined && Number(id) < first) rmSync(join(this.#folder, name), { force: true })
    }
  }

  /** With what is still in its write-ahead log only. */
  #openBytes(): number {
    const db = this.database(this.open)
    let pages = this.#pages.get(db)
    if (!pages) {
      const bytes = Number(db.prepare('PRAGMA page_size').get()!['page_size'])
      this.#pages.set(db, (pages = { count: db.prepare('PRAGMA page_count'), bytes }))
    }
    return Number(pages.count.get()!['page_count']) * pages.bytes
  }

  #paths({ id }: Part): string[] {
    return ['', '-wal', '-shm'].map((suffix) => join(this.#folder, `${id}.db${suffix}`))
  }

  #create(now: number, fromMs: number): void {
    this.#prepareFile(1)
    this.#insert(1, fromMs, now)
    this.all.push(newPart(1, fromMs, now))
  }

  /** The file is there, with its tables, before a reader can learn of it. */
  #prepareFile(id: number): void {
    const path = join(this.#folder, `${id}.db`)
    const db = openForWriting(path, this.#durability, LARGE_PAGES)
    migrate(db, path, PART_MIGRATIONS[this.#signal])
    this.#files.set(id, db)
  }

  #insert(id: number, fromMs: number, now: number): void {
    this.#catalog
      .prepare(
        `INSERT INTO parts (signal, id, from_ms, created_ms, epoch)
        VALUES (?, ?, ?, ?, (SELECT coalesce(max(epoch), 0) + 1 FROM parts))`,
      )
      .run(this.#signal, id, fromMs, now)
  }
}

function newPart(id: number, fromMs: number, createdMs: number): Part {
  return {
    id,
    fromMs,
    toMs: null,
    createdMs,
    rows: 0,
    minSeq: null,
    maxSeq: null,
    minTimeMs: null,
    maxTimeMs: null,
  }
}

function toPart(row: Record<string, unknown>): Part {
  const number = (key: string) => (row[key] === null ? null : Number(row[key]))
  return {
    id: Number(row['id']),
    fromMs: Number(row['from_ms']),
    toMs: number('to_ms'),
    createdMs: Number(row['created_ms']),
    rows: Number(row['rows']),
    minSeq: row['min_seq'] as bigint | null,
    maxSeq: row['max_seq'] as bigint | null,
    minTimeMs: number('min_time_ms'),
    maxTimeMs: number('max_time_ms'),
  }
}
