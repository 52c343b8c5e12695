import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openForReading } from '../database.ts'
import type { OpenEvents } from '../open-events.ts'
import type { StoredSignal } from '../../store.ts'

/** One part as readers see it. Times are milliseconds since the epoch. */
export interface ReadPart {
  signal: StoredSignal
  id: number
  fromMs: number
  minSeq: bigint
  maxSeq: bigint
  minTimeMs: number
  maxTimeMs: number
}

/** Retention has given this part up since it was listed. */
export class PartGoneError extends Error {
  override readonly name: string = 'PartGoneError'
}

const MAX_OPEN_FILES = 64

/** Read-only connections to the catalog and, as they are needed, to the parts. */
export class PartFiles {
  readonly catalog: DatabaseSync
  /** What the writer tells of the part of events that is open, where it does. */
  readonly openEvents: OpenEvents | undefined
  readonly #dataDir: string
  readonly #list: StatementSync
  readonly #watermark: StatementSync
  readonly #files = new Map<string, { db: DatabaseSync; statements: Map<string, StatementSync> }>()

  constructor(dataDir: string, openEvents?: OpenEvents) {
    this.#dataDir = dataDir
    this.openEvents = openEvents
    this.catalog = openForReading(join(dataDir, 'catalog.db'))
    this.#list = this.catalog.prepare('SELECT * FROM parts WHERE signal = ? AND rows > 0 ORDER BY id')
    this.#list.setReadBigInts(true)
    this.#watermark = this.catalog.prepare("SELECT seq FROM watermarks WHERE signal = 'events'")
    this.#watermark.setReadBigInts(true)
  }

  /** Events up to this cursor are all visible; later ones may still lack a neighbour in another part. */
  watermark(): bigint {
    return (this.#watermark.get()?.['seq'] ?? 0n) as bigint
  }

  /** The parts that have rows, oldest first. */
  parts(signal: StoredSignal): ReadPart[] {
    return this.#list.all(signal).map((row) => ({
      signal,
      id: Number(row['id']),
      fromMs: Number(row['from_ms']),
      minSeq: row['min_seq'] as bigint,
      maxSeq: row['max_seq'] as bigint,
      minTimeMs: Number(row['min_time_ms']),
      maxTimeMs: Number(row['max_time_ms']),
    }))
  }

  /** A statement on a part, prepared once per file; integers come as bigints where `exact`. */
  prepare(part: ReadPart, sql: string, exact = false): StatementSync {
    const key = `${part.signal}/${part.id}`
    let file = this.#files.get(key)
    if (file) this.#files.delete(key)
    else file = { db: this.#open(key), statements: new Map() }
    this.#files.set(key, file)
    this.#closeOldest()
    let statement = file.statements.get(sql)
    if (!statement) {
      if (file.statements.size > 100) file.statements.clear()
      statement = file.db.prepare(sql)
      statement.setReadBigInts(exact)
      file.statements.set(sql, statement)
    }
    return statement
  }

  /** Closes the files of some parts, given as `signal/id`. */
  close(keys: string[]): void {
    for (const key of keys) {
      this.#files.get(key)?.db.close()
      this.#files.delete(key)
    }
  }

  /** Closes all files and the catalog; nothing can be read afterwards. */
  end(): void {
    this.close([...this.#files.keys()])
    this.catalog.close()
  }

  #open(key: string): DatabaseSync {
    const path = join(this.#dataDir, `${key}.db`)
    try {
      const db = openForReading(path)
      db.function('contains', { deterministic: true }, contains)
      return db
    } catch (error) {
      throw existsSync(path) ? error : new PartGoneError(`${key} is gone`)
    }
  }

  #closeOldest(): void {
    for (const [key, { db }] of this.#files) {
      if (this.#files.size <= MAX_OPEN_FILES) return
      db.close()
      this.#files.delete(key)
    }
  }
}

/** SQL's `contains(text, part)`, `part` in lower case: unlike LIKE, it knows the lower case of every letter. */
function contains(text: unknown, part: unknown): number {
  return String(text).toLowerCase().includes(String(part)) ? 1 : 0
}
