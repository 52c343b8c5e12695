import { join } from 'node:path'
import type { MeshService } from '../mesh.ts'
import { openForReading } from './database.ts'

/** Every service that the mesh watches, by id: read here, as a reader thread would be started for this alone. */
export function meshServices(dataDir: string): MeshService[] {
  const catalog = openForReading(join(dataDir, 'catalog.db'))
  try {
    const rows = catalog.prepare('SELECT facts FROM mesh_services ORDER BY id').all()
    return rows.map((row) => JSON.parse(row['facts'] as string) as MeshService)
  } finally {
    catalog.close()
  }
}
