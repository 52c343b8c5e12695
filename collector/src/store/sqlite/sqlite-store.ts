import type { Durability } from '../../config/config.ts'
import type { RetentionLimits } from '../../config/retention.ts'
import type { ValidateMode } from '../../vocabulary/mode.ts'
import type { Store, StoredSignal } from '../store.ts'
import { backUp } from './backup.ts'
import { cursorToUlid } from './cursor.ts'
import { diskUsage } from './disk-usage.ts'
import { meshServices } from './mesh-services.ts'
import type { StoreLimits } from './messages.ts'
import { openTracesMemory } from './open-traces.ts'
import { ReaderPool } from './reader/pool.ts'
import { startWorker, type StartWorker } from './worker-file.ts'
import { WriterClient, type WriterEvents } from './writer-client.ts'

export interface SqliteStoreOptions extends StoreLimits {
  dataDir: string
  durability: Durability
  retention: RetentionLimits
  /** Series that each metric of a service may have; what is beyond becomes one. */
  metricSeries: number
  /** What becomes of events that are not as their vocabulary says. */
  validate: ValidateMode
  /** Milliseconds since the epoch. */
  clock: () => number
  /** Bytes that may wait for the writer. */
  queueBytes: number
  /** Milliseconds that a query may take. */
  queryDeadlineMs: number
  /** Milliseconds of a clock that goes with `clock` but is never set. */
  elapsed: () => number
  /** Milliseconds between two looks at what retention may give up. */
  retentionEveryMs: number
  /** Milliseconds between two looks at the monitors. */
  monitorEveryMs: number
  on: WriterEvents
  start?: StartWorker
}

/**
 * Opens (and where it is new, makes) a store of SQLite files in `dataDir`.
 *
 * @throws when the directory is in use by another collector, was written by a newer one, or cannot be written.
 */
export async function openSqliteStore(
  options: SqliteStoreOptions,
): Promise<Store & { queuedBytes(): number }> {
  const {
    dataDir,
    durability,
    retention,
    metricSeries,
    validate,
    clock,
    elapsed,
    queueBytes,
    queryDeadlineMs,
    partRows,
    partAgeMs,
    retentionPace,
    retentionEveryMs,
    monitorEveryMs,
    on,
    start = startWorker,
  } = options
  const openTraces = openTracesMemory()
  const readers = new ReaderPool({ dataDir, openTraces, deadlineMs: queryDeadlineMs, start })
  const writer = new WriterClient({
    data: {
      dataDir,
      durability,
      retention,
      metricSeries,
      validate,
      limits: { partRows, partAgeMs, retentionPace },
      openTraces,
    },
    clock,
    elapsed,
    queueBytes,
    retentionEveryMs,
    monitorEveryMs,
    on: {
      ...on,
      dropped(parts) {
        readers.forget(parts)
        on.dropped?.(parts)
      },
    },
    start,
  })
  await writer.open()
  let closing: Promise<unknown> | undefined

  return {
    ingestEvents: (body) => writer.events(body),
    ingestOtlp: (body) => writer.otlp(body),
    hasRoom: (bytes) => writer.hasRoom(bytes),
    queuedBytes: () => writer.queuedBytes,
    events: (query) => readers.ask('events', query),
    eventStats: (query) => readers.ask('eventStats', query),
    event: (id, source) => readers.ask('event', id, source),
    trace: (traceId, service) => readers.ask('trace', traceId, service),
    traces: (search) => readers.ask('traces', search),
    traceStats: (query) => readers.ask('traceStats', query),
    operations: (query) => readers.ask('operations', query),
    spanAttributes: (query) => readers.ask('spanAttributes', query),
    services: () => readers.ask('services'),
    service: async (name) => (await readers.ask('services', name))[0],
    monitors: (query) => readers.ask('monitors', query),
    transitions: (query) => readers.ask('transitions', query),
    uptime: (service, since) => readers.ask('uptime', service, since),
    adjustMonitors: (adjustment) => writer.change({ kind: 'monitors', adjustment }),
    watchTransitions: (listener) => writer.watchTransitions(listener),
    delivery: (name) => readers.ask('delivery', name),
    serviceMap: (query) => readers.ask('serviceMap', query),
    requestRates: (query) => readers.ask('requestRates', query),
    fleet: (query) => readers.ask('fleet', query),
    searchEvents: (search) => readers.ask('searchEvents', search),
    countEvents: (filter) => readers.ask('countEvents', filter),
    meshServices: () => meshServices(dataDir),
    changeMesh: (change) => writer.change({ kind: 'mesh', change }),
    export: (query) => readers.ask('export', query),
    backup: () => backUp({ dataDir, snapshot: (folder) => writer.snapshot(folder) }),
    exchanges: () => readers.ask('exchanges'),
    vocabularies: () => readers.ask('vocabularies'),
    vocabulary: (system, revision) => readers.ask('vocabulary', system, revision),
    definedEvent: (id, source) => readers.ask('definedEvent', id, source),
    changeVocabulary: (change) => writer.change({ kind: 'vocabulary', change }),
    errors: (query) => readers.ask('errors', query),
    error: (key, service, now) => readers.ask('error', key, service, now),
    errorOccurrences: (key, service, limit) => readers.ask('errorOccurrences', key, service, limit),
    decideError: (decision) => writer.change({ kind: 'error', decision }),
    logs: (query) => readers.ask('logs', query),
    log: (seq, service) => readers.ask('log', seq, service),
    logContext: (seq, around) => readers.ask('logContext', seq, around),
    logFacets: (query) => readers.ask('logFacets', query),
    logHistogram: (query) => readers.ask('logHistogram', query),
    metrics: (query) => readers.ask('metrics', query),
    metricLabels: (query) => readers.ask('metricLabels', query),
    metricRange: (query) => readers.ask('metricRange', query),
    metricExemplars: (query) => readers.ask('metricExemplars', query),
    async stats() {
      const [kept, usage] = await Promise.all([readers.ask('kept'), diskUsage(dataDir)])
      const of = (signal: StoredSignal) => ({ ...kept[signal], bytes: usage.get(signal) ?? 0 })
      return {
        stored: writer.totals,
        kept: { events: of('events'), spans: of('spans'), logs: of('logs'), metrics: of('metrics') },
        disk_bytes: [...usage.values()].reduce((sum, bytes) => sum + bytes, 0),
      }
    },
    totals: () => writer.totals,
    watermark: () => cursorToUlid(writer.watermark),
    probe: () => writer.probe(),
    watch: (listener) => writer.watch(listener),
    async close() {
      closing ??= Promise.all([readers.close(), writer.close()])
      await closing
    },
  }
}
