import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { readMetric } from '../../../otlp/read.ts'
import type { MetricRow } from '../../rows.ts'
import type { Parts } from './parts.ts'
import type { SeriesLimit } from './series-limit.ts'

/** How old what is written down of a metric may become while it goes on coming. */
const FRESH_MS = 60_000
const MAX_KNOWN = 50_000

/** The newest row of a metric of a service that waits to be written down. */
interface Pending {
  service: number
  row: MetricRow
  at: number
  overflowed: number
}

/** Writes down which metrics there are, from whom and when; what does not change is written once a minute. */
export class MetricLedger {
  readonly #catalog: DatabaseSync
  readonly #series: SeriesLimit
  readonly #upsert: StatementSync
  /** When a metric was written down last, by service and name; milliseconds since the epoch. */
  readonly #written = new Map<string, number>()
  readonly #pending = new Map<string, Pending>()

  constructor(catalog: DatabaseSync, series: SeriesLimit) {
    this.#catalog = catalog
    this.#series = series
    this.#upsert = catalog.prepare(`
      INSERT INTO metric_names (service_id, name, type, unit, description, temporality, monotonic,
        first_ms, last_ms, series, overflowed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (service_id, name) DO UPDATE SET type = excluded.type, unit = excluded.unit,
        description = excluded.description, temporality = excluded.temporality, monotonic = excluded.monotonic,
        last_ms = max(last_ms, excluded.last_ms), series = excluded.series,
        overflowed = overflowed + excluded.overflowed`)
  }

  add(service: number, row: MetricRow, at: number): void {
    const key = `${service} ${row.name}`
    const overflowed = row.overflowed ?? 0
    const pending = this.#pending.get(key)
    if (pending) {
      pending.row = row
      pending.at = Math.max(pending.at, at)
      pending.overflowed += overflowed
    } else if (overflowed > 0 || !(at - (this.#written.get(key) ?? Number.NaN) < FRESH_MS)) {
      this.#pending.set(key, { service, row, at, overflowed })
    }
  }

  /** Runs inside a catalog transaction; `saved` follows its commit. */
  save(): void {
    for (const { service, row, at, overflowed } of this.#pending.values()) {
      this.#write(service, row, at, this.#series.count(row.service, row.name), overflowed)
    }
  }

  saved(): void {
    if (this.#written.size > MAX_KNOWN) this.#written.clear()
    for (const [key, { at }] of this.#pending) this.#written.set(key, at)
    this.#pending.clear()
  }

  /** Forgets metrics that were last seen before a time, in milliseconds since the epoch. */
  prune(before: number): void {
    this.#catalog.prepare('DELETE FROM metric_names WHERE last_ms < ?').run(before)
  }

  /** Reads out of the parts what an older collector did not write down. */
  learn(parts: Parts): void {
    const known = this.#catalog.prepare('SELECT 1 FROM metric_names LIMIT 1').get()
    if (known !== undefined) return
    for (const part of parts.all) {
      if (part.rows === 0) continue
      const db = parts.database(part)
      const newest = db.prepare(
        'SELECT service_id, name, unit, type, max(seq) AS seq FROM metrics GROUP BY name, service_id LIMIT ?',
      )
      const find = db.prepare('SELECT received_ms, metric FROM metrics WHERE seq = ?')
      for (const { service_id, name, unit, type, seq } of newest.all(MAX_KNOWN)) {
        const { received_ms, metric } = find.get(seq as number)!
        const row = { name, unit, type, metric } as Pick<MetricRow, 'name' | 'unit' | 'type' | 'metric'>
        this.#write(service_id as number, row, received_ms as number, 0, 0)
      }
    }
  }

  #write(
    service: number,
    { name, unit, type, metric }: Pick<MetricRow, 'name' | 'unit' | 'type' | 'metric'>,
    at: number,
    series: number,
    overflowed: number,
  ): void {
    const read = readMetric(metric)
    const temporality = 'temporality' in read ? read.temporality : null
    const monotonic = read.type === 'sum' ? Number(read.monotonic) : null
    this.#upsert.run(
      service,
      name,
      type,
      unit,
      read.description,
      temporality,
      monotonic,
      at,
      at,
      series,
      overflowed,
    )
  }
}
