import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { MeshChange } from '../../mesh.ts'

/** Keeps the services that the mesh watches. */
export class MeshServices {
  readonly #save: StatementSync
  readonly #remove: StatementSync

  constructor(catalog: DatabaseSync) {
    this.#save = catalog.prepare('INSERT OR REPLACE INTO mesh_services (id, facts) VALUES (?, ?)')
    this.#remove = catalog.prepare('DELETE FROM mesh_services WHERE id = ?')
  }

  /** Runs inside a catalog transaction. */
  apply({ saved, removed }: MeshChange): void {
    for (const service of saved) this.#save.run(service.id, JSON.stringify(service))
    for (const id of removed) this.#remove.run(id)
  }
}
