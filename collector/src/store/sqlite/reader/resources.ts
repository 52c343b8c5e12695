import { readResource, readScope, type ReadResource, type ReadScope } from '../../../otlp/read.ts'
import { PartGoneError, type PartFiles } from './part-files.ts'

// Of each kind; then it is emptied, and read again as needed.
const MAX_KNOWN = 5000

/** Decoded resources and scopes of the catalog by their numbers, which never change. */
export interface Origins {
  resource(id: number | bigint): ReadResource
  scope(id: number | bigint): ReadScope
}

const caches = new WeakMap<PartFiles, Origins>()

/** Those of a reader thread's files. */
export function originsOf(files: PartFiles): Origins {
  let origins = caches.get(files)
  if (!origins) {
    origins = {
      resource: remembered(files, 'resources', readResource),
      scope: remembered(files, 'scopes', readScope),
    }
    caches.set(files, origins)
  }
  return origins
}

/** `service.instance.id`. */
export function instanceOf({ attributes }: ReadResource): string | null {
  return textOf(attributes['service.instance.id'])
}

/** The deployment's name, by the attribute of today's or of older conventions. */
export function envOf({ attributes }: ReadResource): string | null {
  return textOf(attributes['deployment.environment.name'] ?? attributes['deployment.environment'])
}

/** Numbers of all resources that are as asked for. */
export function resourcesWhere(files: PartFiles, matches: (resource: ReadResource) => boolean): number[] {
  const { resource } = originsOf(files)
  const ids: number[] = []
  for (const row of files.catalog.prepare('SELECT id FROM resources').iterate()) {
    const id = row['id'] as number
    if (matches(resource(id))) ids.push(id)
  }
  return ids
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value)
}

function remembered<Read>(
  files: PartFiles,
  table: 'resources' | 'scopes',
  read: (bytes: Uint8Array) => Read,
): (id: number | bigint) => Read {
  const find = files.catalog.prepare(`SELECT bytes FROM ${table} WHERE id = ?`)
  const known = new Map<number, Read>()
  return (given) => {
    const id = Number(given)
    let value = known.get(id)
    if (value === undefined) {
      const row = find.get(id)
      // It goes after the last part that names it; whoever still reads there lists the parts again.
      if (!row) throw new PartGoneError(`number ${id} of the ${table} is gone`)
      value = read(row['bytes'] as Uint8Array)
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(id, value)
    }
    return value
  }
}
