import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Peer } from '../../../otlp/peer.ts'
import { addDurations, encodeDurations, type DurationCounts } from '../duration-histogram.ts'
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

/** The catalog's tables of calls by minute and hour. */
export class CallRates {
  readonly #maxAgeMs: number
  readonly #catalog: DatabaseSync
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

  /** Adds a delta to its minute and hour; runs inside a catalog transaction. */
  save(delta: CallDelta, peer: Peer | undefined): void {
    const path = this.#path(delta, peer)
    if (path === undefined) return
    for (const step of STEPS_S) {
      const at = Math.floor((delta.minute * 60) / step) * step
      const row = this.#sql.find.get(path, step, at)
      const sum = delta.durations.slice()
      let { calls, errors } = delta
      if (row) {
        addDurations(sum, row['durations'] as Uint8Array)
        calls += Number(row['calls'])
        errors += Number(row['errors'])
      }
      this.#sql.put.run(path, step, at, Math.max(0, calls), Math.max(0, errors), encodeDurations(sum))
    }
  }

  /** Forgets what is too old; runs outside any transaction. */
  prune(now: number): void {
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
