import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Look } from '../../../monitors/look-out.ts'
import { transaction } from '../database.ts'
import { HISTORY_MS, type MonitorLedger } from './monitor-ledger.ts'

/** Where the time is kept at which the collector was last at work, among the catalog's numbers. */
const ALIVE = 'alive_ms'
const MARK_EVERY_MS = 5000
const PRUNE_EVERY_MS = 60_000
/** A shorter time away is none: the mark itself may be as old. */
const ABSENT_MS = 2 * MARK_EVERY_MS
/** After a write failed, this long without another failure means that the disk is well again. */
const BLIND_MS = 30_000

/** Looks at the monitors whose time has come, unless the collector itself was away, asleep or could not write. */
export class MonitorWatch {
  #markedAt = Number.NEGATIVE_INFINITY
  #prunedAt: number
  #blindSince: number | undefined
  #failedAt = 0
  #jump = 0
  #pause = 0
  readonly #catalog: DatabaseSync
  readonly #monitors: MonitorLedger
  readonly #mark: StatementSync
  readonly #due: StatementSync

  /** @param now milliseconds since the epoch: from then on monitors are waited for again. */
  constructor(catalog: DatabaseSync, monitors: MonitorLedger, now: number) {
    this.#catalog = catalog
    this.#monitors = monitors
    this.#prunedAt = now
    this.#mark = catalog.prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)')
    this.#due = catalog.prepare('SELECT 1 FROM monitors WHERE alert_ms <= ? LIMIT 1')
    transaction(catalog, () => this.#begin(now))
  }

  /** Changes the states whose time has come. */
  look({ now, jump, pause }: Look): void {
    this.#jump += jump
    this.#pause += pause
    if (this.#blindSince !== undefined && Math.abs(now - this.#failedAt) < BLIND_MS) return
    this.sees(now)
    try {
      if (!this.#isNeeded(now)) return
      transaction(this.#catalog, () => this.#work(now))
    } catch {
      this.blind(now)
      return
    }
    this.#jump = 0
    this.#pause = 0
    this.#monitors.saved()
  }

  /** What comes cannot be written: until it can, nobody is late. */
  blind(now: number): void {
    this.#blindSince ??= now
    this.#failedAt = now
  }

  sees(now: number): void {
    if (this.#blindSince === undefined) return
    this.#pause += Math.max(0, now - this.#blindSince)
    this.#blindSince = undefined
  }

  #begin(now: number): void {
    const found = this.#catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?').get(ALIVE)
    const alive = (found?.['seq'] ?? now) as number
    // The clock was set back while the collector was away.
    if (alive > now) this.#monitors.jump(now - alive)
    if (now - alive > ABSENT_MS) {
      this.#catalog.prepare('INSERT OR REPLACE INTO absences (from_ms, to_ms) VALUES (?, ?)').run(alive, now)
    }
    this.#monitors.amnesty(now)
    this.#mark.run(ALIVE, Math.round(now))
  }

  #isNeeded(now: number): boolean {
    if (this.#jump !== 0 || this.#pause !== 0 || this.#due.get(now) !== undefined) return true
    return Math.abs(now - this.#markedAt) >= MARK_EVERY_MS
  }

  #work(now: number): void {
    if (this.#jump !== 0) this.#monitors.jump(this.#jump)
    if (this.#pause !== 0) this.#monitors.pause(this.#pause)
    this.#monitors.look(now)
    if (Math.abs(now - this.#prunedAt) >= PRUNE_EVERY_MS) {
      this.#monitors.prune(now)
      this.#catalog.prepare('DELETE FROM absences WHERE to_ms < ?').run(now - HISTORY_MS)
      this.#prunedAt = now
    }
    this.#mark.run(ALIVE, Math.round(now))
    this.#markedAt = now
  }
}
