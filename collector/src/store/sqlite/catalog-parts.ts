import type { DatabaseSync } from 'node:sqlite'
import type { StoredSignal } from '../store.ts'
import { COUNTED_SPANS } from './span-counts.ts'

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

/** Forgets what is counted of the newest part of spans. */
export function countSpansAnew(catalog: DatabaseSync, { id, minSeq }: { id: number; minSeq: bigint }): void {
  catalog.prepare('DELETE FROM part_span_counts WHERE part = ?').run(id)
  catalog
    .prepare('UPDATE watermarks SET seq = ? WHERE signal = ? AND seq >= ?')
    .run(minSeq - 1n, COUNTED_SPANS, minSeq)
}

/** Forgets what is counted of the newest part of events. */
export function countEventsAnew(catalog: DatabaseSync, { id }: { id: number }): void {
  for (const table of KNOWN.events!) catalog.prepare(`DELETE FROM ${table} WHERE part = ?`).run(id)
}
