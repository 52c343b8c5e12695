import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { serviceState, type KnownState, type ServiceState } from '../../../services/state.ts'
import type { StateChange } from '../../../monitors/transition.ts'
import type { Transition } from '../../monitors.ts'
import { cursorToUlid, nextCursor } from '../cursor.ts'
import { COUNTS_FOR_SERVICE } from '../monitor-rows.ts'
import { numbered } from '../database.ts'

/** The newest changes of a service's instances that are kept, and as many of its own. */
const KEPT_OF_SERVICE = 2000

/** One service in one environment, '' for none. */
export interface Place {
  service: number
  env: string
}

/** Keeps every change of state, of instances and of what they make of their service. */
export class TransitionLog {
  #last: bigint
  /** Of the transaction that is under way. */
  #made: Transition[] = []
  #committed: Transition[] = []
  readonly #add: StatementSync
  readonly #states: StatementSync
  readonly #known: StatementSync
  readonly #save: StatementSync
  readonly #name: StatementSync
  readonly #prune: StatementSync
  readonly #pruneBefore: StatementSync

  constructor(catalog: DatabaseSync) {
    const last = catalog.prepare('SELECT max(id) AS id FROM transitions')
    last.setReadBigInts(true)
    this.#last = (last.get()!['id'] ?? 0n) as bigint
    this.#add = catalog.prepare(`
      INSERT INTO transitions (id, service_id, env, instance, from_state, to_state, at_ms, recorded_ms, reason, event_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    this.#states = catalog.prepare(
      `SELECT state, sign_ms AS lastSeen FROM monitors WHERE service_id = ? AND env = ? AND ${COUNTS_FOR_SERVICE}`,
    )
    this.#known = catalog.prepare(
      'SELECT state, since_ms FROM service_states WHERE service_id = ? AND env = ?',
    )
    this.#save = catalog.prepare(
      'INSERT OR REPLACE INTO service_states (service_id, env, state, since_ms) VALUES (?, ?, ?, ?)',
    )
    this.#name = catalog.prepare('SELECT name FROM services WHERE id = ?')
    this.#prune = catalog.prepare(`
      DELETE FROM transitions WHERE service_id = ?1 AND (instance IS NULL) = ?2 AND id < (
        SELECT id FROM transitions WHERE service_id = ?1 AND (instance IS NULL) = ?2
        ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_OF_SERVICE - 1})`)
    this.#pruneBefore = catalog.prepare('DELETE FROM transitions WHERE id < ?')
  }

  /** Forgets what a transaction before this one made and did not commit. */
  begin(): void {
    this.#made = []
  }

  committed(): void {
    this.#committed.push(...this.#made)
    this.#made = []
  }

  /** The changes that were committed since the last call, oldest first. */
  take(): Transition[] {
    const taken = this.#committed
    this.#committed = []
    return taken
  }

  /** @param instance null for the service as a whole. */
  record(place: Place, instance: string | null, made: StateChange, now: number): void {
    const { service, env } = place
    const { from, to, at, reason, eventId } = made
    this.#last = nextCursor(this.#last, now)
    this.#add.run(this.#last, service, env, instance, from, to, Math.round(at), now, reason, eventId)
    const name = this.#name.get(service)?.['name'] as string
    const cursor = cursorToUlid(this.#last)
    this.#made.push({ ...made, cursor, service: name, env, instance, recordedAt: now })
  }

  /** Makes the state of a service what its instances make of it now. */
  moveService(place: Place, cause: StateChange, now: number): void {
    const { service, env } = place
    const to = serviceState(this.#states.all(service, env) as unknown as KnownState[])
    const before = this.#known.get(service, env)
    const from = (before?.['state'] ?? 'unknown') as ServiceState
    if (from === to) return
    const at = Math.round(Math.max(cause.at, (before?.['since_ms'] ?? 0) as number))
    this.#save.run(service, env, to, at)
    this.record(place, null, { ...cause, from, to, at }, now)
  }

  /** Leaves of a service the newest changes. */
  prune(service: number): void {
    this.#prune.run(numbered(service, 0))
    this.#prune.run(numbered(service, 1))
  }

  /** @param ms by when they were recorded; milliseconds since the epoch. */
  pruneBefore(ms: number): void {
    this.#pruneBefore.run(nextCursor(0n, ms))
  }
}
