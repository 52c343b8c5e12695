import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { decodeExport } from '../otlp/receive.ts'
import { cursorAt, ulidAt } from '../store/sqlite/cursor.ts'
import { CATALOG_MIGRATIONS, PART_MIGRATIONS } from '../store/sqlite/schema.ts'
import type { StoredSignal } from '../store/store.ts'

/** When the data was made; milliseconds since the epoch. */
export const OLD_TIME: number = Date.now() - 3_600_000

/** The events, all of the source `shop`: half of them in a sealed part. */
export const OLD_EVENTS: readonly { id: string; type: string; source: string }[] = Array.from(
  { length: 6 },
  (_, n) => ({
    id: ulidAt(OLD_TIME + n).slice(0, 20) + String(n).padStart(6, '0'),
    type: 'shop.order.placed',
    source: 'shop',
    occurred_at: new Date(OLD_TIME + n).toISOString(),
    payload: { n },
    version: 1,
    instance: 'i-1',
    seq: n + 1,
  }),
)

const HALF = OLD_EVENTS.length / 2
const text = (stringValue: string) => ({ stringValue })
const resource = { attributes: [{ key: 'service.name', value: text('shop') }] }
const nanos = (n: number) => `${OLD_TIME + n}000000`
const numbers = OLD_EVENTS.map((_, n) => n)

const REQUESTS = {
  traces: {
    resourceSpans: [
      {
        resource,
        scopeSpans: [
          {
            spans: numbers.map((n) => ({
              traceId: String(n + 1).padStart(32, '0'),
              spanId: String(n + 1).padStart(16, '0'),
              name: `span ${n}`,
              kind: 2,
              startTimeUnixNano: nanos(n),
              endTimeUnixNano: nanos(n + 5),
            })),
          },
        ],
      },
    ],
  },
  logs: {
    resourceLogs: [
      {
        resource,
        scopeLogs: [{ logRecords: numbers.map((n) => ({ timeUnixNano: nanos(n), body: text(`log ${n}`) })) }],
      },
    ],
  },
  metrics: {
    resourceMetrics: [
      {
        resource,
        scopeMetrics: [
          {
            metrics: numbers.map((n) => ({
              name: 'orders',
              gauge: { dataPoints: [{ timeUnixNano: nanos(n), asInt: String(n) }] },
            })),
          },
        ],
      },
    ],
  },
}

const decoded = <Of extends keyof typeof REQUESTS>(signal: Of) =>
  decodeExport(signal, 'json', Buffer.from(JSON.stringify(REQUESTS[signal]))).rows

/** Rows of the first version of each part's table, and their statement. */
const ROWS: Record<StoredSignal, { insert: string; rows: () => SQLInputValue[][] }> = {
  events: {
    insert: `INSERT INTO events (cursor, id, type, source, instance, occurred_ms, received_ms, body)
      VALUES (?, ?, ?, ?, 'i-1', ?, ?, ?)`,
    rows: () =>
      OLD_EVENTS.map((event, n) => {
        const at = OLD_TIME + n
        return [cursorAt(at), event.id, event.type, event.source, at, at, JSON.stringify(event)]
      }),
  },
  spans: {
    insert: `INSERT INTO spans (seq, trace_id, span_id, service_id, resource_id, scope_id, name, kind, start_ns, end_ns,
      status_code, received_ms, span) VALUES (?, ?, ?, 1, 1, 1, ?, ?, ?, ?, 0, ?, ?)`,
    rows: () =>
      decoded('traces').map(({ traceId, spanId, name, kind, startUnixNano, endUnixNano, span }, n) => {
        return [n + 1, traceId, spanId, name, kind, startUnixNano, endUnixNano, OLD_TIME + n, span]
      }),
  },
  logs: {
    insert: `INSERT INTO logs (seq, time_ns, service_id, resource_id, scope_id, severity, event_name, body, received_ms,
      record) VALUES (?, ?, 1, 1, 1, 0, '', ?, ?, ?)`,
    rows: () =>
      decoded('logs').map((row, n) => [n + 1, row.timeUnixNano, row.body, OLD_TIME + n, row.record]),
  },
  metrics: {
    insert: `INSERT INTO metrics (seq, name, unit, type, time_ns, data_points, service_id, resource_id, scope_id,
      received_ms, metric) VALUES (?, ?, '', 'gauge', ?, 1, 1, 1, 1, ?, ?)`,
    rows: () =>
      decoded('metrics').map((row, n) => [n + 1, row.name, row.timeUnixNano, OLD_TIME + n, row.metric]),
  },
}

/** The indexes that sealing made at first. */
const FIRST_INDEXES: Record<StoredSignal, string> = {
  events: `CREATE INDEX events_by_source ON events (source, cursor); CREATE INDEX events_by_type ON events (type, cursor)`,
  spans: `CREATE UNIQUE INDEX spans_by_trace ON spans (trace_id, span_id);
    CREATE INDEX spans_by_service ON spans (service_id, seq)`,
  logs: 'CREATE INDEX logs_by_service ON logs (service_id, time_ns)',
  metrics: 'CREATE INDEX metrics_by_name ON metrics (name, service_id, time_ns)',
}

/** What a collector of some version had beside, by the number of migrations after which it could. */
const LATER: Readonly<Record<number, string>> = {
  2: `INSERT INTO deliveries VALUES (1, 'i-1', 1, ${OLD_TIME}, ${OLD_TIME}, 6, 6, 6, 6, '[]', 1, '{}', NULL, 0, 0)`,
  4: `UPDATE services SET exceptions = 1; INSERT INTO exceptions (mark) VALUES (x'0102')`,
}

/** Makes a data directory as a collector that knew the first `version` migrations of the catalog left it. */
export function makeOldData(dataDir: string, version: number): void {
  const catalog = openNew(join(dataDir, 'catalog.db'))
  for (const [index, migration] of CATALOG_MIGRATIONS.slice(0, version).entries()) {
    catalog.exec(migration)
    if (index === 0) fillCatalog(catalog)
    catalog.exec(LATER[index + 1] ?? '')
  }
  catalog.exec(`PRAGMA user_version = ${version}`)
  catalog.close()
  for (const signal of Object.keys(ROWS) as StoredSignal[]) {
    mkdirSync(join(dataDir, signal))
    const steps = PART_MIGRATIONS[signal].slice(0, Math.max(1, version - CATALOG_MIGRATIONS.length + 1))
    const { insert, rows } = ROWS[signal]
    for (const id of [1, 2]) {
      const part = openNew(join(dataDir, signal, `${id}.db`))
      part.exec(`${steps.join(';')}; PRAGMA user_version = ${steps.length}`)
      const add = part.prepare(insert)
      for (const row of rows().slice(id === 1 ? 0 : HALF, id === 1 ? HALF : undefined)) add.run(...row)
      if (id === 1) part.exec(FIRST_INDEXES[signal])
      part.close()
    }
  }
}

function openNew(path: string): DatabaseSync {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL')
  return db
}

function fillCatalog(catalog: DatabaseSync): void {
  const [row] = decoded('traces')
  const add = (table: string, bytes: Uint8Array) =>
    catalog.prepare(`INSERT INTO ${table} (id, hash, bytes) VALUES (1, x'00', ?)`).run(bytes)
  add('resources', row!.resource)
  add('scopes', row!.scope)
  catalog.exec(`
    INSERT INTO services (id, name, first_seen_ms, last_seen_ms, events, spans, logs, metrics)
      VALUES (1, 'shop', ${OLD_TIME}, ${OLD_TIME}, 6, 6, 6, 6);
    INSERT INTO event_counts VALUES (1, 'shop.order.placed', 6);
    INSERT INTO instances (service_id, instance, env, first_seen_ms, last_seen_ms, heartbeat_ms, interval_s, status, events)
      VALUES (1, 'i-1', NULL, ${OLD_TIME}, ${OLD_TIME}, ${OLD_TIME}, 60, 'healthy', 6);
    INSERT INTO foreign_ids (id, part) VALUES ('no-ulid', 1)`)
  const part =
    catalog.prepare(`INSERT INTO parts (signal, id, from_ms, to_ms, created_ms, sealed, rows, min_seq, max_seq,
    min_time_ms, max_time_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const watermark = catalog.prepare('INSERT INTO watermarks VALUES (?, ?)')
  const [split, end] = [OLD_TIME + HALF, OLD_TIME + OLD_EVENTS.length - 1]
  for (const signal of Object.keys(ROWS) as StoredSignal[]) {
    const seq = (n: number) => (signal === 'events' ? cursorAt(OLD_TIME + n) : BigInt(n + 1))
    const first = signal === 'events' ? 0 : OLD_TIME
    part.run(signal, 1, first, split, OLD_TIME, 1, HALF, seq(0), seq(HALF - 1), OLD_TIME, split - 1)
    part.run(signal, 2, split, null, split, 0, HALF, seq(HALF), seq(2 * HALF - 1), split, end)
    watermark.run(signal, seq(2 * HALF - 1))
  }
}
