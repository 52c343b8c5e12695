import type { PartFiles } from './part-files.ts'

/** Name of a service number; numbers never change. */
export function serviceNames(files: PartFiles): (id: number | bigint) => string {
  const find = files.catalog.prepare('SELECT name FROM services WHERE id = ?')
  const known = new Map<number, string>()
  return (id) => {
    const key = Number(id)
    let name = known.get(key)
    if (name === undefined) {
      name = String(find.get(key)?.['name'])
      known.set(key, name)
    }
    return name
  }
}

/** The number of a service; undefined when nothing has come from one of this name. */
export function serviceNumber(files: PartFiles, name: string): number | undefined {
  const row = files.catalog.prepare('SELECT id FROM services WHERE name = ?').get(name)
  return row?.['id'] as number | undefined
}
