import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { numbered } from '../database.ts'

const MAX_CACHED = 10_000

/**
 * Which environment an instance belongs to, '' for none. Some senders name it only when they register: what else they send
 * belongs to the environment that the instance named last.
 */
export class InstanceEnvs {
  readonly #known = new Map<string, string>()
  readonly #named = new Map<string, [env: string, service: number, instance: string]>()
  readonly #find: StatementSync
  readonly #adopt: StatementSync
  readonly #rest: StatementSync
  readonly #move: readonly StatementSync[]
  readonly #adoptFacts: StatementSync

  constructor(catalog: DatabaseSync) {
    this.#find = catalog.prepare(
      'SELECT env FROM instances WHERE service_id = ? AND instance = ? ORDER BY last_seen_ms DESC LIMIT 1',
    )
    const move = (table: string, instance: string) =>
      catalog.prepare(
        `UPDATE OR IGNORE ${table} SET env = ?1 WHERE service_id = ?2 AND env = '' AND ${instance}`,
      )
    this.#adoptFacts = move('instances', 'instance = ?3')
    this.#adopt = move('monitors', 'instance = ?3')
    this.#rest = catalog.prepare(
      "SELECT 1 FROM monitors WHERE service_id = ? AND env = '' AND instance <> '' LIMIT 1",
    )
    this.#move = ['monitors', 'service_states', 'transitions'].map((table) => move(table, 'true'))
  }

  /** @param named what an event says itself. */
  of(service: number, instance: string, named: string | undefined): string {
    const key = `${service} ${instance}`
    let env = this.#known.get(key)
    if (env !== undefined && (named === undefined || named === env)) return env
    env = named ?? ((this.#find.get(service, instance)?.['env'] ?? '') as string)
    if (this.#known.size >= MAX_CACHED) this.#known.clear()
    this.#known.set(key, env)
    if (env !== '') this.#named.set(key, [env, service, instance])
    return env
  }

  /** Gives what was known of an instance before it named an environment to that one; runs inside a catalog transaction. */
  adopt(): void {
    for (const [env, service, instance] of this.#named.values()) {
      this.#adoptFacts.run(numbered(env, service, instance))
      if (this.#adopt.run(numbered(env, service, instance)).changes === 0) continue
      // With its last instance the service itself has moved.
      if (this.#rest.get(service) !== undefined) continue
      for (const statement of this.#move) statement.run(numbered(env, service))
    }
  }

  adopted(): void {
    this.#named.clear()
  }
}
