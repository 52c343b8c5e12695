import type { DatabaseSync } from 'node:sqlite'
import type { HubEvent } from '@hubline/core/wire'
import { exceptionsOfLog, exceptionsOfSpan, type ToldException } from '../../../otlp/exceptions.ts'
import { transaction } from '../database.ts'
import { SIGNALS } from '../schema.ts'
import type { CallSpan } from './call-ledger.ts'
import type { Part, Parts } from './parts.ts'
import type { ServiceLedger } from './service-ledger.ts'
import type { StoredSignal } from '../../store.ts'

const SEQ: Record<StoredSignal, string> = { events: 'cursor', spans: 'seq', logs: 'seq', metrics: 'seq' }
const TIME: Record<StoredSignal, string> = {
  events: 'occurred_ms',
  spans: 'start_ns / 1000000',
  logs: 'time_ns / 1000000',
  metrics: 'time_ns / 1000000',
}

/** Some 50 ms of work at a start. */
const REMEMBERED_SPANS = 16_384n

/** What is counted of a row beside its service and time. */
const FACTS = {
  spans: 'trace_id, span_id, parent_span_id, kind, status_code, start_ns, end_ns, span AS bytes',
  logs: 'record AS bytes',
  metrics: 'NULL AS bytes',
}

/**
 * Brings the catalog up to what the parts hold: a crash between their commits leaves rows that it does not know of.
 *
 * @returns the highest seq of each signal.
 */
export function recover(
  catalog: DatabaseSync,
  parts: Record<StoredSignal, Parts>,
  ledger: ServiceLedger,
): Record<StoredSignal, bigint> {
  const find = catalog.prepare('SELECT seq FROM watermarks WHERE signal = ?')
  find.setReadBigInts(true)
  const last = {} as Record<StoredSignal, bigint>
  for (const signal of SIGNALS) {
    const watermark = (find.get(signal)?.['seq'] ?? 0n) as bigint
    last[signal] = watermark
    if (signal === 'spans') rememberSpans(parts.spans, watermark, ledger)
    // Only late events go into sealed parts.
    const candidates = signal === 'events' ? parts[signal].all : [parts[signal].open]
    for (const part of candidates) {
      const seq = recoverPart(signal, parts[signal], part, watermark, catalog, ledger)
      if (seq > last[signal]) last[signal] = seq
    }
  }
  transaction(catalog, () => {
    for (const signal of SIGNALS) parts[signal].save()
    ledger.save()
    saveWatermarks(catalog, last)
  })
  for (const signal of SIGNALS) parts[signal].saved()
  ledger.saved()
  return last
}

/** Up to where the catalog knows the parts; readers stop at the one of events. */
export function saveWatermarks(catalog: DatabaseSync, last: Record<StoredSignal, bigint>): void {
  const save = catalog.prepare('INSERT OR REPLACE INTO watermarks (signal, seq) VALUES (?, ?)')
  for (const signal of SIGNALS) save.run(signal, last[signal])
}

/** The spans that a sender whose answer was lost may send again, and that calls may still come to. */
function rememberSpans(parts: Parts, watermark: bigint, ledger: ServiceLedger): void {
  const since = watermark - REMEMBERED_SPANS
  for (const part of parts.all.filter(({ maxSeq }) => maxSeq !== null && maxSeq > since)) {
    const rows = parts
      .database(part)
      .prepare(`SELECT service_id, ${FACTS.spans} FROM spans WHERE seq > ? AND seq <= ? ORDER BY seq`)
    rows.setReadBigInts(true)
    for (const row of rows.iterate(since, watermark)) {
      ledger.rememberSpan(Number(row['service_id']), toCallSpan(row))
    }
  }
}

function recoverPart(
  signal: StoredSignal,
  parts: Parts,
  part: Part,
  watermark: bigint,
  catalog: DatabaseSync,
  ledger: ServiceLedger,
): bigint {
  const db = parts.database(part)
  const newer = db.prepare(
    `SELECT count(*) AS n, min(${SEQ[signal]}) AS first, max(${SEQ[signal]}) AS last,
      min(${TIME[signal]}) AS since, max(${TIME[signal]}) AS until FROM ${signal} WHERE ${SEQ[signal]} > ?`,
  )
  newer.setReadBigInts(true)
  const { n, first, last, since, until } = newer.get(watermark) as Record<string, bigint>
  if (n === 0n) return part.maxSeq ?? 0n
  parts.added(part, Number(n), first!, last!, Number(since), Number(until))
  countAgain(signal, db, watermark, catalog, ledger)
  return last!
}

function countAgain(
  signal: StoredSignal,
  db: DatabaseSync,
  watermark: bigint,
  catalog: DatabaseSync,
  ledger: ServiceLedger,
): void {
  if (signal === 'events') {
    const find = catalog.prepare('SELECT id FROM services WHERE name = ?')
    // After a loss of power the catalog may have lost more than the part.
    const add = catalog.prepare('INSERT INTO services (name) VALUES (?)')
    for (const row of db
      .prepare('SELECT body, received_ms FROM events WHERE cursor > ?')
      .iterate(watermark)) {
      const event = JSON.parse(row['body'] as string) as HubEvent
      const service = Number(find.get(event.source)?.['id'] ?? add.run(event.source).lastInsertRowid)
      ledger.addEvent(service, event, Number(row['received_ms']))
    }
    return
  }
  const resource = catalog.prepare('SELECT bytes FROM resources WHERE id = ?')
  const rows = db.prepare(
    `SELECT service_id, resource_id, received_ms, ${FACTS[signal]} FROM ${signal} WHERE seq > ?`,
  )
  rows.setReadBigInts(true)
  for (const row of rows.iterate(watermark)) {
    const [service, at] = [Number(row['service_id']), Number(row['received_ms'])]
    const bytes = row['bytes'] as Uint8Array
    if (signal === 'spans') ledger.addSpan(service, toCallSpan(row), at)
    else if (signal === 'logs') ledger.addLog(service, at)
    else ledger.addMetric(service, at)
    const told = exceptionsOf(signal, bytes)
    if (told.length === 0) continue
    const origin = resource.get(row['resource_id'] as bigint)?.['bytes'] as Uint8Array | undefined
    ledger.errors.addOtlp(service, told, origin, at)
  }
}

function exceptionsOf(signal: 'spans' | 'logs' | 'metrics', bytes: Uint8Array): readonly ToldException[] {
  if (signal === 'metrics') return []
  return signal === 'spans' ? exceptionsOfSpan(bytes) : exceptionsOfLog(bytes)
}

function toCallSpan(row: Record<string, unknown>): CallSpan {
  return {
    traceId: row['trace_id'] as Uint8Array,
    spanId: row['span_id'] as Uint8Array,
    parentSpanId: row['parent_span_id'] as Uint8Array | null,
    kind: Number(row['kind']),
    statusCode: Number(row['status_code']),
    startUnixNano: row['start_ns'] as bigint,
    endUnixNano: row['end_ns'] as bigint,
    span: row['bytes'] as Uint8Array,
  }
}
