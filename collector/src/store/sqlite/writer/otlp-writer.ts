import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { LogRow, MetricRow, OtlpOrigin, SpanRow } from '../../rows.ts'
import { transaction } from '../database.ts'
import type { Dictionary } from './dictionary.ts'
import type { MetricLedger } from './metric-ledger.ts'
import type { Parts } from './parts.ts'
import type { ServiceLedger } from './service-ledger.ts'
import type { TraceIndex } from './trace-index.ts'

/** How the rows of one OTLP signal become columns and facts. */
export interface OtlpTable<Row extends OtlpOrigin> {
  /** `INSERT` whose first parameters are seq, service, resource, scope, received_ms, then those of `columns`. */
  insert: string
  columns(row: Row): SQLInputValue[]
  time(row: Row): bigint
  /** Where a row spans time: `time` is its end. */
  oldest?(row: Row): bigint
  /** Of a signal whose rows are looked up by trace; null for a row without one. */
  traceId?(row: Row): Uint8Array | null
  count(ledger: ServiceLedger, service: number, row: Row, receivedMs: number): void
}

// OTLP times are unsigned, SQLite's integers are signed; the exact value stays in the row's bytes.
const MAX_INTEGER = 2n ** 63n - 1n
const nanos = (value: bigint) => (value > MAX_INTEGER ? MAX_INTEGER : value)

export const SPANS: OtlpTable<SpanRow> = {
  insert: `INSERT OR IGNORE INTO spans (seq, service_id, resource_id, scope_id, received_ms,
    trace_id, span_id, parent_span_id, name, kind, start_ns, end_ns, status_code, span)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  columns: (row) => [
    row.traceId,
    row.spanId,
    row.parentSpanId,
    row.name,
    row.kind,
    nanos(row.startUnixNano),
    nanos(row.endUnixNano),
    row.statusCode,
    row.span,
  ],
  time: (row) => row.startUnixNano,
  traceId: (row) => row.traceId,
  count(ledger, service, row, at) {
    ledger.addSpan(service, row, at)
    addExceptions(ledger, service, row, at)
  },
}

export const LOGS: OtlpTable<LogRow> = {
  insert: `INSERT INTO logs (seq, service_id, resource_id, scope_id, received_ms,
    time_ns, trace_id, span_id, severity, event_name, body, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  columns: (row) => [
    nanos(row.timeUnixNano),
    row.traceId,
    row.spanId,
    row.severityNumber,
    row.eventName,
    row.body,
    row.record,
  ],
  time: (row) => row.timeUnixNano,
  traceId: (row) => row.traceId,
  count(ledger, service, row, at) {
    ledger.addLog(service, at)
    addExceptions(ledger, service, row, at)
  },
}

export const metricsTable = (metrics: MetricLedger): OtlpTable<MetricRow> => ({
  insert: `INSERT INTO metrics (seq, service_id, resource_id, scope_id, received_ms,
    name, unit, type, time_ns, oldest_ns, data_points, metric) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  columns: (row) => [
    row.name,
    row.unit,
    row.type,
    nanos(row.timeUnixNano),
    nanos(row.oldestUnixNano),
    row.dataPoints,
    row.metric,
  ],
  time: (row) => row.timeUnixNano,
  oldest: (row) => row.oldestUnixNano,
  count(ledger, service, row, at) {
    ledger.addMetric(service, at)
    metrics.add(service, row, at)
  },
})

function addExceptions(ledger: ServiceLedger, service: number, row: SpanRow | LogRow, at: number): void {
  if (row.exceptions.length > 0) ledger.errors.addOtlp(service, row.exceptions, row.resource, at)
}

export interface OtlpWrite<Row> {
  rows: Row[]
  receivedAt: number
  /** Numbers of `rows`, three each: service, resource, scope. */
  origins?: number[]
}

interface Insert {
  insert: StatementSync
  /** How many rows were written since the file was opened. */
  changes(): number
}

/** Writes the rows of one OTLP signal, always into its open part. */
export class OtlpWriter<Row extends OtlpOrigin> {
  last: bigint
  readonly #table: OtlpTable<Row>
  readonly #parts: Parts
  readonly #dictionary: Dictionary
  readonly #ledger: ServiceLedger
  readonly #traces: TraceIndex | undefined
  readonly #inserts = new WeakMap<DatabaseSync, Insert>()

  constructor(
    table: OtlpTable<Row>,
    parts: Parts,
    dictionary: Dictionary,
    ledger: ServiceLedger,
    last: bigint,
    traces?: TraceIndex,
  ) {
    this.#table = table
    this.#parts = parts
    this.#dictionary = dictionary
    this.#ledger = ledger
    // One that an older collector left open lacks the newest columns.
    parts.upgrade(parts.open)
    this.#traces = traces
    this.last = last
  }

  roll(now: number): void {
    this.#parts.roll(now, (part) => this.#traces?.seal(part))
  }

  /** Finds the numbers of what the rows share; runs inside a catalog transaction. */
  place(writes: readonly OtlpWrite<Row>[]): void {
    const dictionary = this.#dictionary
    for (const write of writes) {
      const origins: number[] = []
      let before: OtlpOrigin | undefined
      let [serviceId, resourceId, scopeId] = [0, 0, 0]
      for (const row of write.rows) {
        const { service, resource, scope } = row
        // Rows of one scope follow one another.
        if (scope !== before?.scope || resource !== before.resource || service !== before.service) {
          serviceId = dictionary.service(service)
          resourceId = dictionary.resource(resource)
          scopeId = dictionary.scope(scope)
          before = row
        }
        origins.push(serviceId, resourceId, scopeId)
      }
      write.origins = origins
    }
  }

  /** Commits placed rows in one transaction. */
  commit(writes: readonly OtlpWrite<Row>[]): void {
    const part = this.#parts.open
    const db = this.#parts.database(part)
    const { insert, changes } = this.#prepared(db)
    const first = Number(this.last) + 1
    let next = first
    let added = 0
    let [minTime, maxTime] = [MAX_INTEGER, 0n]
    transaction(db, () => {
      const before = changes()
      for (const { rows, origins, receivedAt } of writes) {
        let at = 0
        for (const row of rows) {
          const [service, resource, scope] = [origins![at]!, origins![at + 1]!, origins![at + 2]!]
          at += 3
          // Unlike `run`, it makes no object to answer with.
          insert.get(next++, service, resource, scope, receivedAt, ...this.#table.columns(row))
          const time = this.#table.time(row)
          const oldest = this.#table.oldest?.(row) ?? time
          if (oldest < minTime) minTime = oldest
          if (time > maxTime) maxTime = time
        }
      }
      added = changes() - before
    })
    if (added === 0) return
    this.last = BigInt(next - 1)
    const ms = (ns: bigint) => Number(nanos(ns) / 1_000_000n)
    this.#parts.added(part, added, BigInt(first), this.last, ms(minTime), ms(maxTime))
    let seq = first
    for (const { rows, origins, receivedAt } of writes) {
      for (const [index, row] of rows.entries()) {
        this.#traces?.add(seq++, this.#table.traceId!(row))
        this.#table.count(this.#ledger, origins![index * 3]!, row, receivedAt)
      }
    }
  }

  #prepared(db: DatabaseSync): Insert {
    let known = this.#inserts.get(db)
    if (!known) {
      const total = db.prepare('SELECT total_changes() AS n')
      known = { insert: db.prepare(this.#table.insert), changes: () => Number(total.get()!['n']) }
      this.#inserts.set(db, known)
    }
    return known
  }
}
