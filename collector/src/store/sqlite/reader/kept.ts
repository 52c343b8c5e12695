import type { KeptSignal } from '../../kept.ts'
import type { StoredSignal } from '../../store.ts'
import type { PartFiles } from './part-files.ts'

/** What the catalog knows of the parts of each signal. */
export function readKept(files: PartFiles): Record<StoredSignal, Omit<KeptSignal, 'bytes'>> {
  const parts = files.catalog.prepare(
    'SELECT count(*) AS n, min(min_time_ms) AS oldest, max(max_time_ms) AS newest FROM parts WHERE signal = ?',
  )
  const removals = files.catalog.prepare('SELECT * FROM removals WHERE signal = ?')
  const of = (signal: StoredSignal): Omit<KeptSignal, 'bytes'> => {
    const { n, oldest, newest } = parts.get(signal) as Record<string, number | null>
    const removed = removals.get(signal) as Record<string, number> | undefined
    return {
      parts: n!,
      oldestMs: oldest!,
      newestMs: newest!,
      removed: {
        parts: removed?.['parts'] ?? 0,
        items: removed?.['rows'] ?? 0,
        bytes: removed?.['bytes'] ?? 0,
        lastMs: removed?.['last_ms'] ?? null,
      },
    }
  }
  return { events: of('events'), spans: of('spans'), logs: of('logs'), metrics: of('metrics') }
}
