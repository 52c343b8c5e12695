import type { DatabaseSync } from 'node:sqlite'
import { foldLog, transaction } from '../database.ts'
import type { Dictionary } from './dictionary.ts'

/** Rows of one step: a few milliseconds, for which a commit may have to wait. */
const STEP_ROWS = 1000
/** Pages that may be free without being given back; they are used again. */
const SPARE_PAGES = 256

/** Free pages of an older collector's catalog that are worth building it anew, once. */
const WORTH_PAGES = 1024
/** Makes a catalog one whose free pages can be given back: a new one at once, another when it is built anew. */
export const SHRINKS = 'PRAGMA auto_vacuum = INCREMENTAL'

/**
 * Takes out of the catalog what only parts that are gone spoke of, and gives the space back, a little at a time while
 * there is nothing else to do.
 */
export class CatalogSweep {
  readonly #catalog: DatabaseSync
  readonly #dictionary: Dictionary
  #steps: Generator<void> | undefined
  #again = false

  constructor(catalog: DatabaseSync, dictionary: Dictionary) {
    this.#catalog = catalog
    this.#dictionary = dictionary
  }

  /** To be called when parts are gone. */
  begin(): void {
    if (this.#steps) this.#again = true
    else this.#steps = this.#sweep()
  }

  /** Does one step. @returns whether there is more to do. */
  step(): boolean {
    if (!this.#steps) return false
    if (this.#steps.next().done !== true) return true
    this.#steps = undefined
    if (!this.#again) return false
    this.#again = false
    this.begin()
    return true
  }

  *#sweep(): Generator<void> {
    yield* this.#origins('resources')
    yield* this.#origins('scopes')
    yield* this.#foreignIds()
    yield* this.#pages()
    foldLog(this.#catalog)
  }

  /** The newest row stays whatever it is, so that no number is ever given twice. */
  *#origins(table: 'resources' | 'scopes'): Generator<void> {
    const oldest = this.#one("SELECT min(epoch) AS n FROM parts WHERE signal <> 'events' AND rows > 0")
    const [first, last] = [
      this.#one(`SELECT min(id) AS n FROM ${table}`),
      this.#one(`SELECT max(id) AS n FROM ${table}`),
    ]
    const remove = this.#catalog.prepare(`DELETE FROM ${table} WHERE id >= ? AND id < ? AND used < ?`)
    for (let from = first; from < last; from += STEP_ROWS) {
      const { changes } = remove.run(from, Math.min(from + STEP_ROWS, last), oldest)
      if (changes !== 0) this.#dictionary.forget()
      yield
    }
  }

  *#foreignIds(): Generator<void> {
    const oldest = this.#one("SELECT min(id) AS n FROM parts WHERE signal = 'events'")
    const next = this.#catalog.prepare(
      'SELECT id, source, part FROM foreign_ids WHERE (id, source) > (?, ?) ORDER BY id, source LIMIT ?',
    )
    const remove = this.#catalog.prepare('DELETE FROM foreign_ids WHERE id = ? AND source = ? AND part < ?')
    for (let [id, source] = ['', '']; ;) {
      const rows = next.all(id, source, STEP_ROWS) as { id: string; source: string; part: number }[]
      const gone = rows.filter(({ part }) => part < oldest)
      if (gone.length > 0) {
        transaction(this.#catalog, () => {
          for (const row of gone) remove.run(row.id, row.source, oldest)
        })
      }
      if (rows.length < STEP_ROWS) return
      ;({ id, source } = rows.at(-1)!)
      yield
    }
  }

  *#pages(): Generator<void> {
    const isFixed = this.#one('SELECT auto_vacuum AS n FROM pragma_auto_vacuum') === 0
    const free = () => this.#one('SELECT freelist_count AS n FROM pragma_freelist_count')
    if (isFixed && free() > WORTH_PAGES) this.#catalog.exec(`${SHRINKS}; VACUUM`)
    for (let before = free(); before > SPARE_PAGES;) {
      this.#catalog.exec(`PRAGMA incremental_vacuum(${SPARE_PAGES})`)
      const now = free()
      if (now >= before) return
      before = now
      yield
    }
  }

  #one(sql: string): number {
    return Number(this.#catalog.prepare(sql).get()!['n'])
  }
}
