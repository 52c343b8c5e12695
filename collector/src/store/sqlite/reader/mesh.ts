import type { MeshService } from '../../mesh.ts'
import type { PartFiles } from './part-files.ts'

/** Every service that the mesh watches, by id. */
export function listMeshServices({ catalog }: PartFiles): MeshService[] {
  const rows = catalog.prepare('SELECT facts FROM mesh_services ORDER BY id').all()
  return rows.map((row) => JSON.parse(row['facts'] as string) as MeshService)
}

/** Every exchange of the event bus that an event was published to by its name. */
export function listExchanges({ catalog }: PartFiles): string[] {
  const rows = catalog.prepare('SELECT name FROM mesh_exchanges ORDER BY name').all()
  return rows.map((row) => row['name'] as string)
}
