import type { DatabaseSync } from 'node:sqlite'
import type { StoredSignal } from '../../store.ts'
import { transaction } from '../database.ts'
import type { RetentionLimits, StoreLimits } from '../messages.ts'
import { SIGNALS } from '../schema.ts'
import type { Part, Parts } from './parts.ts'
import { SteadyTime } from './steady-time.ts'

const EVERY_MS = 60_000
/** Where the time that retention believes is kept, among the catalog's numbers. */
const TIME = 'retention_ms'

interface Candidate {
  signal: StoredSignal
  part: Part
  bytes: number
}

/** Gives up whole sealed parts, oldest first: those past their age, and more while all together are too large. */
export class Retention {
  readonly #catalog: DatabaseSync
  readonly #parts: Record<StoredSignal, Parts>
  readonly #limits: RetentionLimits
  readonly #time: SteadyTime
  #checkedAt = Number.NaN

  constructor(
    catalog: DatabaseSync,
    parts: Record<StoredSignal, Parts>,
    limits: RetentionLimits & Pick<StoreLimits, 'retentionPace'>,
  ) {
    this.#catalog = catalog
    this.#parts = parts
    this.#limits = limits
    const known = catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?').get(TIME)
    this.#time = new SteadyTime(known?.['seq'] as number | undefined, limits.retentionPace)
  }

  /** Whether the last look is a minute ago; a part that was sealed is a reason too. */
  isDue(now: number): boolean {
    return !(Math.abs(now - this.#checkedAt) < EVERY_MS)
  }

  /** @returns the parts that are gone, as `signal/id`. */
  apply(now: number): string[] {
    this.#checkedAt = now
    const time = Math.trunc(this.#time.read(now))
    const dropped = this.#tooOld(time)
    transaction(this.#catalog, () => {
      this.#catalog.prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)').run(TIME, time)
      for (const { signal, part } of dropped) {
        this.#parts[signal].unlist(part)
        if (signal === 'events') {
          this.#catalog.prepare('DELETE FROM foreign_ids WHERE part = ?').run(part.id)
        }
      }
    })
    // A crash before this leaves files that nobody lists; the next start removes them.
    for (const { signal, part } of dropped) this.#parts[signal].remove(part)
    return dropped.map(({ signal, part }) => `${signal}/${part.id}`)
  }

  #tooOld(time: number): Candidate[] {
    let total = 0
    const sealed: Candidate[] = []
    for (const signal of SIGNALS) {
      const parts = this.#parts[signal]
      for (const part of parts.all) {
        const bytes = parts.bytes(part)
        total += bytes
        if (part !== parts.open) sealed.push({ signal, part, bytes })
      }
    }
    sealed.sort((a, b) => a.part.toMs! - b.part.toMs!)
    return sealed.filter(({ part, bytes }) => {
      const drop = part.toMs! < time - this.#limits.ageMs || total > this.#limits.bytes
      if (drop) total -= bytes
      return drop
    })
  }
}
