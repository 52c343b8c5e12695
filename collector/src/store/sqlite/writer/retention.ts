import type { DatabaseSync } from 'node:sqlite'
import type { RetentionLimits } from '../../../config/retention.ts'
import type { StoredSignal } from '../../store.ts'
import { transaction } from '../database.ts'
import type { StoreLimits } from '../messages.ts'
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

/**
 * Gives up whole sealed parts, oldest first: those past their age, and more while their signal, or all together, are too
 * large. The parts that are being written count as full, so that there is room for them to become so.
 */
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
    for (const signal of SIGNALS) this.#parts[signal].trim()
    const dropped = this.#surplus(time)
    transaction(this.#catalog, () => {
      this.#catalog.prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)').run(TIME, time)
      for (const { signal, part } of dropped) this.#parts[signal].unlist(part)
      this.#note(dropped, now)
    })
    // A crash before this leaves files that nobody lists; the next start removes them.
    for (const { signal, part } of dropped) this.#parts[signal].remove(part)
    return dropped.map(({ signal, part }) => `${signal}/${part.id}`)
  }

  #surplus(time: number): Candidate[] {
    const { ageMs, bytes: most, signals } = this.#limits
    let total = 0
    const of: Record<StoredSignal, number> = { events: 0, spans: 0, logs: 0, metrics: 0 }
    const sealed: Candidate[] = []
    for (const signal of SIGNALS) {
      const parts = this.#parts[signal]
      for (const part of parts.all) {
        const isOpen = part === parts.open
        const bytes = Math.max(parts.bytes(part), isOpen ? parts.limits.bytes : 0)
        total += bytes
        of[signal] += bytes
        if (!isOpen) sealed.push({ signal, part, bytes })
      }
    }
    sealed.sort((a, b) => a.part.toMs! - b.part.toMs!)
    return sealed.filter(({ signal, part, bytes }) => {
      const own = signals?.[signal]
      const isOld = part.toMs! < time - (own?.ageMs ?? ageMs)
      const drop = isOld || total > most || of[signal] > (own?.bytes ?? Number.POSITIVE_INFINITY)
      if (!drop) return false
      total -= bytes
      of[signal] -= bytes
      return true
    })
  }

  /** Adds to the account of what is gone. */
  #note(dropped: readonly Candidate[], now: number): void {
    const add = this.#catalog.prepare(`
      INSERT INTO removals (signal, parts, rows, bytes, last_ms) VALUES (?, 1, ?, ?, ?)
      ON CONFLICT DO UPDATE SET parts = parts + 1, rows = rows + excluded.rows, bytes = bytes + excluded.bytes,
        last_ms = excluded.last_ms`)
    for (const { signal, part, bytes } of dropped) add.run(signal, part.rows, bytes, now)
  }
}
