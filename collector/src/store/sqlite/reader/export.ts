import { comparableNanos } from '../../../otlp/nanos.ts'
import { itemToJson, otlpJsonText, resourceToJson, scopeToJson } from '../../../otlp/to-json.ts'
import { SIGNALS } from '../../../otlp/signals.ts'
import type { ExportLine, ExportPage, ExportQuery } from '../../export.ts'
import type { OtlpSignal } from '../../store.ts'
import type { PartFiles, ReadPart } from './part-files.ts'
import { PartGoneError } from './part-files.ts'
import { serviceNumber } from './service-names.ts'
import { spanKey } from './span-key.ts'
import type { TraceParts } from './trace-parts.ts'

// A page is read in a moment, so that others who ask do not wait long.
const PAGE_MS = 200
const PAGE_BYTES = 2 * 1024 * 1024
const LINE_BYTES = 256 * 1024
const CHUNK_ROWS = 500

const TABLES = { traces: 'spans', logs: 'logs', metrics: 'metrics' } as const
const TIMES = { traces: 'start_ns', logs: 'time_ns', metrics: 'time_ns' } as const
const COLUMNS: Record<OtlpSignal, string> = {
  traces: 'seq, resource_id, scope_id, span AS bytes, trace_id, span_id, service_id',
  logs: 'seq, resource_id, scope_id, record AS bytes',
  metrics: 'seq, resource_id, scope_id, metric AS bytes',
}

interface Row {
  seq: bigint
  resource_id: bigint
  scope_id: bigint
  bytes: Uint8Array
}

interface SpanRow extends Row {
  trace_id: Uint8Array
  span_id: Uint8Array
  service_id: bigint
}

/** The next items of a signal in the order they were stored, as requests that would store them; of each span one. */
export function readExport(files: PartFiles, traces: TraceParts, query: ExportQuery): ExportPage {
  const { signal, service } = query
  const parts = files.parts(TABLES[signal])
  const end = query.end ?? parts.at(-1)?.maxSeq ?? 0n
  const number = service === undefined ? undefined : serviceNumber(files, service)
  if (service !== undefined && number === undefined) return { lines: [], next: null, end }
  const { sql, values } = conditions(query, number)
  const statement = `SELECT ${COLUMNS[signal]} FROM ${TABLES[signal]}
    WHERE seq > ? AND seq <= ?${sql} ORDER BY seq LIMIT ${CHUNK_ROWS}`
  const deadline = performance.now() + PAGE_MS
  const lines = new Lines(files, signal)
  let after = query.after
  for (const part of parts) {
    if (part.maxSeq <= after || part.minSeq > end || isBeside(part, query)) continue
    for (;;) {
      const rows = files.prepare(part, statement, true).all(after, end, ...values) as unknown as Row[]
      const last = rows.at(-1)?.seq
      for (const row of signal === 'traces' ? first(traces, rows as SpanRow[]) : rows) lines.add(row)
      after = rows.length < CHUNK_ROWS ? part.maxSeq : last!
      if (rows.length < CHUNK_ROWS) break
      if (performance.now() >= deadline || lines.bytes >= PAGE_BYTES)
        return { lines: lines.take(), next: after, end }
    }
    if (performance.now() >= deadline || lines.bytes >= PAGE_BYTES)
      return { lines: lines.take(), next: after, end }
  }
  return { lines: lines.take(), next: null, end }
}

function conditions(
  { signal, since, until }: ExportQuery,
  service: number | undefined,
): { sql: string; values: bigint[] } {
  let sql = ''
  const values: bigint[] = []
  const add = (condition: string, value: bigint) => {
    sql += ` AND ${condition}`
    values.push(value)
  }
  if (service !== undefined) add('service_id = ?', BigInt(service))
  if (since !== undefined) add(`${TIMES[signal]} >= ?`, comparableNanos(since))
  if (until !== undefined) add(`${TIMES[signal]} < ?`, comparableNanos(until))
  return { sql, values }
}

function isBeside({ minTimeMs, maxTimeMs }: ReadPart, { since, until }: ExportQuery): boolean {
  return (since !== undefined && maxTimeMs < Math.trunc(since)) || (until !== undefined && minTimeMs >= until)
}

/** A span that was sent again lies in several parts, or twice in the open one: the one that was stored first counts. */
function first(traces: TraceParts, rows: SpanRow[]): SpanRow[] {
  if (rows.length === 0) return rows
  const key = (row: Omit<SpanRow, keyof Row>) => Buffer.from(row.trace_id).toString('latin1') + spanKey(row)
  const earliest = new Map(rows.toReversed().map((row) => [key(row), row.seq]))
  const last = rows.at(-1)!.seq
  const traceIds = new Map(rows.map(({ trace_id }) => [Buffer.from(trace_id).toString('latin1'), trace_id]))
  const found = traces.rows<Omit<SpanRow, keyof Row> & Pick<Row, 'seq'>>({
    signal: 'spans',
    columns: 'seq, trace_id, span_id, service_id',
    traceIds: [...traceIds.values()],
    fits: (part) => part.minSeq <= last,
  })
  for (const row of found) {
    const known = earliest.get(key(row))
    if (known !== undefined && row.seq < known) earliest.set(key(row), row.seq)
  }
  return rows.filter((row) => earliest.get(key(row)) === row.seq)
}

/** Gathers items into lines, those of one resource and scope together. */
class Lines {
  bytes = 0
  readonly #signal: OtlpSignal
  readonly #origin: (table: 'resources' | 'scopes', id: bigint) => string
  readonly #lines: ExportLine[] = []
  #resources = new Map<bigint, Map<bigint, string[]>>()
  #lineBytes = 0
  #last = 0n

  constructor(files: PartFiles, signal: OtlpSignal) {
    this.#signal = signal
    this.#origin = originTexts(files)
  }

  add({ seq, resource_id, scope_id, bytes }: Row): void {
    const text = otlpJsonText(itemToJson(this.#signal, bytes))
    if (this.#lineBytes > 0 && this.#lineBytes + text.length > LINE_BYTES) this.#close()
    let scopes = this.#resources.get(resource_id)
    if (!scopes) this.#resources.set(resource_id, (scopes = new Map()))
    const items = scopes.get(scope_id)
    if (items) items.push(text)
    else scopes.set(scope_id, [text])
    this.#lineBytes += text.length
    this.bytes += text.length
    this.#last = seq
  }

  take(): ExportLine[] {
    if (this.#lineBytes > 0) this.#close()
    return this.#lines
  }

  #close(): void {
    const names = SIGNALS[this.#signal]
    const resources = [...this.#resources].map(([resource, scopes]) => {
      const ofScopes = [...scopes].map(
        ([scope, items]) =>
          `{"scope":${this.#origin('scopes', scope)},"${names.items}":[${items.join(',')}]}`,
      )
      return `{"resource":${this.#origin('resources', resource)},"${names.scopes}":[${ofScopes.join(',')}]}`
    })
    this.#lines.push({ json: `{"${names.resources}":[${resources.join(',')}]}`, last: this.#last })
    this.#resources = new Map()
    this.#lineBytes = 0
  }
}

function originTexts(files: PartFiles): (table: 'resources' | 'scopes', id: bigint) => string {
  const known = new Map<string, string>()
  return function originText(table, id) {
    const key = table + id
    let text = known.get(key)
    if (text === undefined) {
      const row = files.catalog.prepare(`SELECT bytes FROM ${table} WHERE id = ?`).get(id)
      // It goes after the last part that names it.
      if (!row) throw new PartGoneError(`number ${id} of the ${table} is gone`)
      const bytes = row['bytes'] as Uint8Array
      text = otlpJsonText(table === 'resources' ? resourceToJson(bytes) : scopeToJson(bytes))
      known.set(key, text)
    }
    return text
  }
}
