import { onTestFinished } from 'vitest'
import { openSqliteStore, type SqliteStoreOptions } from '../store/sqlite/sqlite-store.ts'
import type { EventsReceipt, Store } from '../store/store.ts'
import { dataDirectory } from './collector.ts'

/** A store with parts of ten rows, closed when the test ends. */
export async function storeForTest(
  options: Partial<SqliteStoreOptions> = {},
): Promise<Store & { dataDir: string }> {
  const dataDir = options.dataDir ?? (await dataDirectory())
  const store = await openSqliteStore({
    durability: 'normal',
    retention: { ageMs: 7 * 86_400_000, bytes: 1e9 },
    metricSeries: 10_000,
    validate: 'off',
    retentionPace: 24,
    clock: Date.now,
    queueBytes: 1e8,
    queryDeadlineMs: 5000,
    // Of a clock that the test holds, time passes as that clock says.
    elapsed: options.clock ?? (() => performance.now()),
    retentionEveryMs: 60_000,
    monitorEveryMs: 1000,
    partRows: 10,
    partAgeMs: 86_400_000,
    on: {},
    ...options,
    dataDir,
  })
  onTestFinished(() => store.close())
  return Object.assign(store, { dataDir })
}

/** Sends events as an original client does, in one array. */
export function ingest(store: Store, events: unknown, receivedAt: number): Promise<EventsReceipt> {
  const body = new TextEncoder().encode(JSON.stringify(events))
  return store.ingestEvents({ format: 'json', dialect: 'hub', body, source: null, receivedAt })
}
