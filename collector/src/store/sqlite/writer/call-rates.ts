import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Peer } from '../../../otlp/peer.ts'
import {
  addDurations,
  DURATION_BUCKETS,
  encodeDurations,
  noDurations,
  type DurationCounts,
} from '../duration-histogram.ts'
import { MINUTES_KEPT_MS, STEPS_S } from '../call-steps.ts'
import { transaction } from '../database.ts'

/** What one commit adds to the calls of one minute. Of the three numbers 0 means none. */
export interface CallDelta {
  /** Numbers of services. */
  caller: number
  callee: number
  /** The ledger's own number. */
  peer: number
  minute: number
  calls: number
  errors: number
  durations: DurationCounts
}

// What is over these is not counted apart; a map that shows more says nothing.
const MAX_PATHS = 5000
const MAX_KNOWN_PEERS = 1000
// Paths whose newest rows are kept in memory, 3 KB each.
const MAX_HOT = 500

interface HotRow {
  at: number
  calls: number
  errors: number
  durations: DurationCounts
}

interface HotPath {
  path: number
  /** The row that was written last of each step. */
  rows: HotRow[]
}

/** The catalog's tables of calls by minute and hour. */
export class CallRates {
  readonly #maxAgeMs: number
  readonly #catalog: DatabaseSync
  readonly #hot = new Map<number, HotPath>()
  readonly #sql: Record<
    'findPeer' | 'addPeer' | 'peers' | 'findPath' | 'addPath' | 'paths' | 'find' | 'put',
    StatementSync
  >

  constructor(catalog: DatabaseSync, maxAgeMs: number) {
    this.#catalog = catalog
    this.#maxAgeMs = maxAgeMs
    this.#sql = {
      findPeer: catalog.prepare('SELECT id FROM call_peers WHERE type = ? AND name = ?'),
      addPeer: catalog.prepare('INSERT INTO call_peers (type, name) VALUES (?, ?)'),
      peers: catalog.prepare('SELECT count(*) AS n FROM call_peers'),
      findPath: catalog.prepare('SELECT id FROM call_paths WHERE callee = ? AND caller = ? AND peer = ?'),
      addPath: catalog.prepare('INSERT INTO call_paths (callee, caller, peer) VALUES (?, ?, ?)'),
      paths: catalog.prepare('SELECT count(*) AS n FROM call_paths'),
      find: catalog.prepare(
        'SELECT calls, errors, durations FROM call_rates WHERE path = ? AND step_s = ? AND at_s = ?',
      ),
      put: catalog.prepare(
        'INSERT OR REPLACE INTO call_rates (path, step_s, at_s, calls, errors, durations) VALUES (?, ?, ?, ?, ?, ?)',
      ),
    }
  }

  /**
   * Adds a delta to its minute and hour; runs inside a catalog transaction.
   *
   * @param key the ledger's own, of the three numbers.
   */
  save(key: number, delta: CallDelta, peer: Peer | undefined): void {
    let hot = this.#hot.get(key)
    if (!hot) {
      const path = this.#path(delta, peer)
      if (path === undefined) return
      if (this.#hot.size >= MAX_HOT) this.#hot.clear()
      this.#hot.set(key, (hot = { path, rows: [] }))
    }
    for (const [index, step] of STEPS_S.entries()) {
      const at = Math.floor((delta.minute * 60) / step) * step
      let row = hot.rows[index]
      if (row?.at !== at) hot.rows[index] = row = this.#read(hot.path, step, at)
      row.calls = Math.max(0, row.calls + delta.calls)
      row.errors = Math.max(0, row.errors + delta.errors)
      for (let bucket = 0; bucket < DURATION_BUCKETS; bucket++) {
        row.durations[bucket]! += delta.durations[bucket]!
      }
      this.#sql.put.run(hot.path, step, at, row.calls, row.errors, encodeDurations(row.durations))
    }
  }

  /** To be called when the transaction that `save` ran in failed: what it wrote is not there. */
  forget(): void {
    this.#hot.clear()
  }

  /** Forgets what is too old; runs outside any transaction. */
  prune(now: number): void {
    this.forget()
    const ages = { 60: Math.min(MINUTES_KEPT_MS, this.#maxAgeMs), 3600: this.#maxAgeMs }
    const drop = this.#catalog.prepare('DELETE FROM call_rates WHERE path = ? AND step_s = ? AND at_s < ?')
    transaction(this.#catalog, () => {
      for (const { id } of this.#catalog.prepare('SELECT id FROM call_paths').all()) {
        for (const step of STEPS_S) drop.run(id!, step, Math.floor((now - ages[step]) / 1000))
      }
      this.#catalog.exec(`
        DELETE FROM call_paths WHERE NOT EXISTS (SELECT 1 FROM call_rates WHERE path = call_paths.id);
        DELETE FROM call_peers WHERE id NOT IN (SELECT peer FROM call_paths)`)
    })
  }

  #read(path: number, step: number, at: number): HotRow {
    const row = this.#sql.find.get(path, step, at)
    const durations = noDurations()
    if (!row) return { at, calls: 0, errors: 0, durations }
    addDurations(durations, row['durations'] as Uint8Array)
    return { at, calls: Number(row['calls']), errors: Number(row['errors']), durations }
  }

  #path({ caller, callee, peer: number }: CallDelta, peer: Peer | undefined): number | undefined {
    const peerId = number === 0 || !peer ? 0 : this.#peer(peer)
    const known = this.#sql.findPath.get(callee, caller, peerId)
    if (known) return known['id'] as number
    if (Number(this.#sql.paths.get()!['n']) >= MAX_PATHS) return undefined
    return this.#sql.addPath.run(callee, caller, peerId).lastInsertRowid as number
  }

  #peer({ type, name }: Peer): number {
    const known = this.#sql.findPeer.get(type, name)
    if (known) return known['id'] as number
    const full = name !== OTHER && Number(this.#sql.peers.get()!['n']) >= MAX_KNOWN_PEERS
    if (full) return this.#peer({ type, name: OTHER })
    return this.#sql.addPeer.run(type, name).lastInsertRowid as number
  }
}

/** The name of all peers of a type that are too many to be named. */
export const OTHER = '(other)'
