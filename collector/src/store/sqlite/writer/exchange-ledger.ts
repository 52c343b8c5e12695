import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'

/** Names come from the network: these are remembered. */
const MAX_EXCHANGES = 1000
const MAX_LENGTH = 200

/** Remembers which exchanges of the event bus were published to; written by `save`. */
export class ExchangeLedger {
  readonly #known: Set<string>
  readonly #fresh = new Set<string>()
  readonly #add: StatementSync

  constructor(catalog: DatabaseSync) {
    const rows = catalog.prepare('SELECT name FROM mesh_exchanges').all()
    this.#known = new Set(rows.map((row) => row['name'] as string))
    this.#add = catalog.prepare('INSERT OR IGNORE INTO mesh_exchanges (name) VALUES (?)')
  }

  add({ payload }: HubEvent): void {
    // What the bus says beside the event; see the decoder of its wire.
    const beside = payload['_mesh'] as { exchange?: unknown } | undefined
    if (beside === undefined || beside === null) return
    const { exchange } = beside
    if (typeof exchange !== 'string' || exchange === '' || exchange.length > MAX_LENGTH) return
    if (this.#known.has(exchange) || this.#known.size + this.#fresh.size >= MAX_EXCHANGES) return
    this.#fresh.add(exchange)
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    for (const name of this.#fresh) this.#add.run(name)
  }

  saved(): void {
    for (const name of this.#fresh) this.#known.add(name)
    this.#fresh.clear()
  }
}
