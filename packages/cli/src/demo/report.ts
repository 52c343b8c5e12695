import { styleText } from 'node:util'
import type { CollectorApi, Service, TraceSummary } from './collector-api.ts'

/** What the collector says it has, for the table and for the checks of `--once`. */
export interface Report {
  rows: Row[]
  /** A trace that crosses the most services. */
  trace: TraceSummary | undefined
  stored: Record<string, number>
  diskBytes: number
}

export interface Row {
  service: string
  state: string
  lifecycle: string[]
  registered: number
  heartbeats: number
  interactions: number
  errors: number
  metrics: number
  spans: number
  logs: number
}

export async function readReport(api: CollectorApi, names: readonly string[]): Promise<Report> {
  const services = await api.services()
  const rows = await Promise.all(
    names.map(async (name) =>
      toRow(
        name,
        services.find((service) => service.name === name),
        await api.lifecycle(name),
      ),
    ),
  )
  const traces = await api.traces(100)
  const trace = traces.toSorted((a, b) => b.services.length - a.services.length || b.spans - a.spans)[0]
  const { stored, disk_bytes } = await api.stats()
  return { rows, trace, stored, diskBytes: disk_bytes }
}

function toRow(name: string, service: Service | undefined, lifecycle: string[]): Row {
  const of = (type: string): number => service?.events_by_type[type] ?? 0
  return {
    service: name,
    state: service?.state ?? 'unseen',
    lifecycle,
    registered: of('AppRegistered'),
    heartbeats: of('AgentHeartbeat'),
    interactions: of('InteractionDetected'),
    errors: of('ErrorReported'),
    metrics: of('MetricReported'),
    spans: service?.counts.spans ?? 0,
    logs: service?.counts.logs ?? 0,
  }
}

const COLUMNS: readonly [string, (row: Row) => string | number][] = [
  ['service', (row) => row.service],
  ['state', (row) => row.state],
  ['lifecycle', (row) => row.lifecycle.join(' → ')],
  ['registered', (row) => row.registered],
  ['heartbeats', (row) => row.heartbeats],
  ['interactions', (row) => row.interactions],
  ['errors', (row) => row.errors],
  ['metrics', (row) => row.metrics],
  ['spans', (row) => row.spans],
  ['logs', (row) => row.logs],
]

/** Beside the MetricReported events of the table, which are events. */
const NAMES: Record<string, string> = { events: 'hub events', metrics: 'OTLP metrics' }

/** The report as lines of text. */
export function printReport({ rows, trace, stored, diskBytes }: Report): string {
  const cells = rows.map((row) => COLUMNS.map(([, read]) => read(row)))
  const widths = COLUMNS.map(([title], at) =>
    Math.max(title.length, ...cells.map((row) => String(row[at]).length)),
  )
  const line = (row: readonly (string | number)[]): string =>
    row
      .map((cell, at) =>
        typeof cell === 'number' ? String(cell).padStart(widths[at]!) : cell.padEnd(widths[at]!),
      )
      .join('  ')
  const numeric = cells[0]?.map((cell) => typeof cell === 'number') ?? []
  const title = COLUMNS.map(([name], at) =>
    numeric[at] ? name.padStart(widths[at]!) : name.padEnd(widths[at]!),
  ).join('  ')
  const kept = Object.entries(stored).map(([signal, count]) => `${count} ${NAMES[signal] ?? signal}`)
  return [
    styleText('bold', title),
    ...cells.map(line),
    '',
    `Stored: ${kept.join(', ')} in ${(diskBytes / 1024).toFixed(0)} KiB`,
    trace
      ? `One trace across ${trace.services.join(' → ')}: ${trace.name}, ${trace.spans} spans, ${trace.duration_ms.toFixed(1)} ms (${trace.trace_id})`
      : 'No trace yet',
  ].join('\n')
}

/** What a run must have shown; each check with whether it holds. */
export function checkReport({ rows, trace }: Report): { says: string; holds: boolean }[] {
  const perService = rows.flatMap((row) => [
    { says: `${row.service} is up`, holds: row.state === 'up' },
    { says: `${row.service} registered once`, holds: row.registered === 1 },
    { says: `${row.service} started and is ready`, holds: row.lifecycle.join() === 'started,ready' },
    { says: `${row.service} sent heartbeats`, holds: row.heartbeats >= 2 },
    {
      says: `${row.service} reported interactions and spans`,
      holds: row.interactions > 0 && row.spans > 0,
    },
    { says: `${row.service} reported errors`, holds: row.errors > 0 },
  ])
  const crosses = rows.every(({ service }) => trace?.services.includes(service))
  return [...perService, { says: 'one trace crosses all services', holds: crosses }]
}
