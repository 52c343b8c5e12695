import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { isUlid } from '@hubline/core/wire'
import { ulidAt, ulidTime } from '../cursor.ts'
import type { Part, Parts } from './parts.ts'

/**
 * Which part an event belongs to, so that a replay always meets its twin: the event of the same source and id.
 *
 * The parts share out the time axis of ULIDs. Ids that the axis cannot place, because they are no ULIDs or were made by
 * a clock ahead of the part's end, are listed in the catalog instead. The list only directs; the part's unique index
 * decides, so an id that is listed without being stored does no harm, nor one whose part is gone.
 */
export class EventParts {
  readonly #parts: Parts
  readonly #find: StatementSync
  readonly #twins = new WeakMap<DatabaseSync, StatementSync>()
  readonly #list: StatementSync
  /** Newest time of a listed ULID; ids beyond it need no look-up. */
  #listedUntil: number

  constructor(parts: Parts, catalog: DatabaseSync) {
    this.#parts = parts
    this.#find = catalog.prepare('SELECT part FROM foreign_ids WHERE id = ? AND source = ?')
    this.#list = catalog.prepare('INSERT OR REPLACE INTO foreign_ids (id, source, part) VALUES (?, ?, ?)')
    this.#listedUntil = Number.NEGATIVE_INFINITY
    // Listed ULIDs start with a digit up to 7, as other ids may too; the newest that is one counts.
    const newest = catalog.prepare("SELECT id FROM foreign_ids WHERE id < '8' ORDER BY id DESC")
    for (const row of newest.iterate()) {
      const id = row['id'] as string
      if (!isUlid(id)) continue
      this.#listedUntil = ulidTime(id)
      break
    }
  }

  /**
   * The part that the `id` of a source belongs to; runs inside a catalog transaction, as it may list the id.
   *
   * @returns undefined for an id from a time that retention has given up: whether it was stored cannot be told any more.
   */
  choose(id: string, source: string): Part | undefined {
    if (!isUlid(id)) {
      const listed = this.#listed(id, source)
      if (listed) return listed
      this.#list.run(id, source, this.#parts.open.id)
      return this.#parts.open
    }
    const time = ulidTime(id)
    if (time <= this.#listedUntil) {
      const listed = this.#listed(id, source)
      if (listed) return listed
    }
    // Nearly always the open part, so the search goes backwards.
    return this.#parts.all.findLast((part) => part.fromMs <= time)
  }

  /** Lists the ids of a part about to be sealed at `now` that claim to be from later; runs in the sealing transaction. */
  listAhead(part: Part, now: number): void {
    const ahead = this.#parts
      .database(part)
      .prepare('SELECT id, source FROM events WHERE id >= ? ORDER BY id')
    for (const row of ahead.iterate(ulidAt(Math.max(now, part.fromMs + 1)))) {
      const id = row['id'] as string
      if (!isUlid(id)) continue
      this.#list.run(id, row['source'] as string, part.id)
      this.#listedUntil = Math.max(this.#listedUntil, ulidTime(id))
    }
  }

  #listed(id: string, source: string): Part | undefined {
    const own = this.#partOf(id, source)
    if (own) return own
    const older = this.#partOf(id, '')
    return older && this.#holds(older, id, source) ? older : undefined
  }

  #partOf(id: string, source: string): Part | undefined {
    const part = this.#find.get(id, source)?.['part']
    return part === undefined ? undefined : this.#parts.all.find((candidate) => candidate.id === part)
  }

  /** An id that was listed without its source may be another's. */
  #holds(part: Part, id: string, source: string): boolean {
    const db = this.#parts.database(part)
    let twin = this.#twins.get(db)
    if (!twin) this.#twins.set(db, (twin = db.prepare('SELECT 1 FROM events WHERE id = ? AND source = ?')))
    return twin.get(id, source) !== undefined
  }
}
