import { createHash } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'

// A cache is emptied when it reaches this; what it held is found again in the catalog.
const MAX_CACHED = 10_000

/**
 * Numbers for what many rows share: services by name, resources and scopes by the hash of their bytes.
 *
 * Of a resource or scope it is noted in which epoch it was last used: when all parts that were made before the end of that
 * epoch are gone, nothing names it any more and it can go too.
 *
 * Runs inside a catalog transaction; when that fails, `forget` drops numbers that were never committed.
 */
export class Dictionary {
  readonly #services = new Map<string, number>()
  readonly #hashes = new Map<string, Known>()
  // Rows decoded from one request share their bytes by identity, so most look-ups end here. Empty bytes are the same for both.
  #identities: Record<Kind, WeakMap<Uint8Array, number>> = { r: new WeakMap(), s: new WeakMap() }
  readonly #service: Pick<Interned, 'find' | 'add'>
  readonly #resource: Interned
  readonly #scope: Interned
  readonly #newest: StatementSync
  #epoch = 0

  constructor(catalog: DatabaseSync) {
    this.#newest = catalog.prepare('SELECT max(epoch) AS epoch FROM parts')
    this.#service = {
      find: catalog.prepare('SELECT id FROM services WHERE name = ?'),
      add: catalog.prepare('INSERT INTO services (name) VALUES (?)'),
    }
    this.#resource = statements(catalog, 'resources')
    this.#scope = statements(catalog, 'scopes')
    this.beginEpoch()
  }

  /** To be called when a part was made, before any row goes into it. */
  beginEpoch(): void {
    this.#epoch = Number(this.#newest.get()!['epoch'] ?? 0)
    // What is known by identity is not looked up again, and so would not be noted.
    this.#identities = { r: new WeakMap(), s: new WeakMap() }
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
    this.#identities = { r: new WeakMap(), s: new WeakMap() }
  }

  #interned(kind: Kind, { find, add, note }: Interned, bytes: Uint8Array): number {
    const id = this.#identities[kind].get(bytes)
    if (id !== undefined) return id
    const hash = createHash('sha256').update(bytes).digest()
    const key = kind + hash.toString('latin1')
    let known = this.#hashes.get(key) ?? (find.get(hash) as Known | undefined)
    if (known === undefined) {
      known = { id: Number(add.run(hash, bytes, this.#epoch).lastInsertRowid), used: this.#epoch }
    } else if (known.used !== this.#epoch) {
      note.run(this.#epoch, known.id)
      known = { id: known.id, used: this.#epoch }
    }
    if (this.#hashes.get(key) !== known) remember(this.#hashes, key, known)
    this.#identities[kind].set(bytes, known.id)
    return known.id
  }
}

type Kind = 'r' | 's'

/** A number, and the epoch in which it was last used. */
interface Known {
  id: number
  used: number
}

interface Interned {
  find: StatementSync
  add: StatementSync
  note: StatementSync
}

function statements(catalog: DatabaseSync, table: 'resources' | 'scopes'): Interned {
  return {
    find: catalog.prepare(`SELECT id, used FROM ${table} WHERE hash = ?`),
    add: catalog.prepare(`INSERT INTO ${table} (hash, bytes, used) VALUES (?, ?, ?)`),
    note: catalog.prepare(`UPDATE ${table} SET used = ? WHERE id = ?`),
  }
}

function remember<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  if (cache.size >= MAX_CACHED) cache.clear()
  cache.set(key, value)
}
