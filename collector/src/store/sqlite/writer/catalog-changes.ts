import type { DatabaseSync } from 'node:sqlite'
import { changePublished } from '../../../vocabulary/published.ts'
import type { CatalogChange, WriterJob } from '../messages.ts'
import type { Dictionary } from './dictionary.ts'
import { MeshServices } from './mesh-services.ts'
import type { ServiceLedger } from './service-ledger.ts'

/** Makes the changes that are asked for of what the catalog keeps. */
export class CatalogChanges {
  readonly #catalog: DatabaseSync
  readonly #dictionary: Dictionary
  readonly #ledger: ServiceLedger
  readonly #mesh: MeshServices

  constructor(catalog: DatabaseSync, dictionary: Dictionary, ledger: ServiceLedger) {
    this.#catalog = catalog
    this.#dictionary = dictionary
    this.#ledger = ledger
    this.#mesh = new MeshServices(catalog)
  }

  /** Runs inside a catalog transaction. */
  apply(job: WriterJob): void {
    if (job.kind === 'probe') this.#catalog.exec("INSERT OR REPLACE INTO watermarks VALUES ('probe', 0)")
    else if (!('body' in job)) this.#change(job)
  }

  #change(change: CatalogChange): void {
    switch (change.kind) {
      case 'mesh':
        return this.#mesh.apply(change.change)
      case 'error':
        return this.#ledger.errors.decide(change.decision)
      case 'vocabulary':
        return changePublished(this.#catalog, change.change)
      case 'monitors': {
        const { service, env, ...setting } = change.adjustment
        this.#ledger.monitors.adjust({ service: this.#dictionary.service(service), env }, setting)
      }
    }
  }
}
