import type { DatabaseSync } from 'node:sqlite'
import type { StoredSignal } from '../store.ts'

/** What the catalog knows of the parts of a signal alone. */
const KNOWN: Partial<Record<StoredSignal, readonly string[]>> = {
  events: ['part_event_counts', 'event_stretches'],
  spans: ['part_span_counts'],
}

/** Takes a part, and all that is known of it, out of a catalog. */
export function unlistPart(catalog: DatabaseSync, signal: StoredSignal, id: number): void {
  catalog.prepare('DELETE FROM parts WHERE signal = ? AND id = ?').run(signal, id)
  catalog.prepare('DELETE FROM part_traces WHERE signal = ? AND part = ?').run(signal, id)
  for (const table of KNOWN[signal] ?? []) catalog.prepare(`DELETE FROM ${table} WHERE part = ?`).run(id)
}
