import { createHash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'

// A cache is emptied when it reaches this; what it held is found again in the catalog.
const MAX_CACHED = 10_000

/**
 * Numbers for what many rows share: services by name, resources and scopes by the hash of their bytes.
 *
 * Runs inside a catalog transaction; when that fails, `forget` drops numbers that were never committed.
 */
export class Dictionary {
  readonly #services = new Map<string, number>()
  readonly #hashes = new Map<string, number>()
  // Rows decoded from one request share their bytes by identity, so most look-ups end here.
  #identities = new WeakMap<Uint8Array, number>()
  readonly #service: Interned
  readonly #resource: Interned
  readonly #scope: Interned

  constructor(catalog: DatabaseSync) {
    this.#service = {
      find: catalog.prepare('SELECT id FROM services WHERE name = ?'),
      add: catalog.prepare('INSERT INTO services (name) VALUES (?)'),
    }
    this.#resource = statements(catalog, 'resources')
    this.#scope = statements(catalog, 'scopes')
  }

  service(name: string): number {
    let id = this.#services.get(name)
    if (id === undefined) {
      id = (this.#service.find.get(name)?.['id'] ?? this.#service.add.run(name).lastInsertRowid) as number
      remember(this.#services, name, id)
    }
    return id
  }

  resource(bytes: Uint8Array): number {
    return this.#interned('r', this.#resource, bytes)
  }

  scope(bytes: Uint8Array): number {
    return this.#interned('s', this.#scope, bytes)
  }

  forget(): void {
    this.#services.clear()
    this.#hashes.clear()
    this.#identities = new WeakMap()
  }

  #interned(kind: string, { find, add }: Interned, bytes: Uint8Array): number {
    let id = this.#identities.get(bytes)
    if (id !== undefined) return id
    const hash = createHash('sha256').update(bytes).digest()
    const key = kind + hash.toString('latin1')
    id = this.#hashes.get(key)
    if (id === undefined) {
      id = (find.get(hash)?.['id'] ?? add.run(hash, bytes).lastInsertRowid) as number
      remember(this.#hashes, key, id)
    }
    this.#identities.set(bytes, id)
    return id
  }
}

interface Interned {
  find: StatementSync
  add: StatementSync
}

function statements(catalog: DatabaseSync, table: 'resources' | 'scopes'): Interned {
  return {
    find: catalog.prepare(`SELECT id FROM ${table} WHERE hash = ?`),
    add: catalog.prepare(`INSERT INTO ${table} (hash, bytes) VALUES (?, ?)`),
  }
}

function remember(cache: Map<string, number>, key: string, id: number): void {
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(key, id)
}
