import type { Lines } from './adapter.ts'

/** What a mount needs for its lines: the imported copy of a package's export, and the required one beside it. */
export function copies<T>(lines: Lines, imported: T, load: () => T): T[] {
  if (lines !== 'both') return Array.from({ length: lines }, () => imported)
  const required = load()
  if (required === imported) throw new Error('what was imported and what was required are one copy')
  return [imported, required]
}
