// A process that measures what no collector can be faster than: reading a format alone, and inserting the same rows alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { decodeExport } from '../../collector/src/otlp/receive.ts'
import { decodeEvents } from '../../collector/src/receivers/decode-events.ts'
import { PART_MIGRATIONS } from '../../collector/src/store/sqlite/schema.ts'
import { INSERT_EVENT } from '../../collector/src/store/sqlite/writer/event-writer.ts'
import { SPANS } from '../../collector/src/store/sqlite/writer/otlp-writer.ts'
import { bodiesOf } from './bodies.ts'
import type { Format } from './cases.ts'

export interface Limits {
  /** Items per second of CPU. */
  parsing: number
  inserting: number
}

/** Rows of one transaction: as many as come together under load. */
const TRANSACTION = 5000

export interface LimitsOrder {
  format: Format
  /** Items of one body. */
  batch: number
  items: number
}

process.once('message', (order: LimitsOrder) => {
  process.send!(measure(order), () => process.disconnect())
})

function measure({ format, batch, items }: LimitsOrder): Limits {
  const bodies = bodiesOf({ format, batch }, items)
  const read = (bytes: Uint8Array) =>
    format === 'events' ? readEvents(bytes) : readSpans(bytes, format === 'spans, JSON')
  for (const { bytes } of bodies) read(bytes)
  const rows: SQLInputValue[][] = []
  let parsing = 0
  for (const { bytes } of bodies) {
    const from = process.cpuUsage()
    const made = read(bytes)
    parsing += secondsSince(from)
    for (const row of made) rows.push([rows.length + 1, ...row()])
  }
  return { parsing: items / parsing, inserting: items / insert(format, rows) }
}

/** Seconds of CPU, so that what else the machine does counts little. */
function secondsSince(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1e6
}

/** @returns each row as a function, so that reading alone is counted. */
function readEvents(body: Uint8Array): (() => SQLInputValue[])[] {
  const receivedAt = Date.now()
  const decoded = decodeEvents({ format: 'ndjson', dialect: 'hub', body, source: null, receivedAt })
  if ('message' in decoded) throw new Error(decoded.message)
  return decoded.events.map(({ event, json, occurredMs }) => () => [
    event.id,
    event.type,
    event.source,
    event.env ?? null,
    event.instance ?? null,
    event.severity ?? null,
    event.priority ?? null,
    event.correlation_id ?? null,
    event.trace_id ?? null,
    occurredMs,
    receivedAt,
    json,
  ])
}

function readSpans(body: Uint8Array, json: boolean): (() => SQLInputValue[])[] {
  const { rows } = decodeExport('traces', json ? 'json' : 'protobuf', body)
  return rows.map((row) => () => [1, 1, 1, Date.now(), ...SPANS.columns(row)])
}

function insert(format: Format, rows: SQLInputValue[][]): number {
  const folder = mkdtempSync(join(tmpdir(), 'hubline-bench-'))
  const db = new DatabaseSync(join(folder, 'rows.db'))
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    const signal = format === 'events' ? 'events' : 'spans'
    for (const step of PART_MIGRATIONS[signal]) db.exec(step)
    const statement = db.prepare(format === 'events' ? INSERT_EVENT : SPANS.insert)
    const from = process.cpuUsage()
    for (let at = 0; at < rows.length; at += TRANSACTION) {
      db.exec('BEGIN')
      for (const row of rows.slice(at, at + TRANSACTION)) statement.run(...row)
      db.exec('COMMIT')
    }
    return secondsSince(from)
  } finally {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
