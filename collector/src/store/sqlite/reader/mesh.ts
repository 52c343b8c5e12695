import type { PartFiles } from './part-files.ts'

/** Every exchange of the event bus that an event was published to by its name. */
export function listExchanges({ catalog }: PartFiles): string[] {
  const rows = catalog.prepare('SELECT name FROM mesh_exchanges ORDER BY name').all()
  return rows.map((row) => row['name'] as string)
}
