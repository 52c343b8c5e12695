import type { MetricListQuery, MetricSummary, MetricType } from '../../../metrics.ts'
import type { PartFiles } from '../part-files.ts'
import { reportedMetrics } from './reported.ts'

interface Row {
  service: string
  name: string
  type: MetricType
  unit: string
  description: string
  temporality: string | null
  monotonic: number | null
  first_ms: number
  last_ms: number
  series: number
  overflowed: number
}

const ROWS = 'SELECT n.*, s.name AS service FROM metric_names n JOIN services s ON s.id = n.service_id'

/** Metrics by name. */
export function listMetrics(
  files: PartFiles,
  { service, match, since, limit, after }: MetricListQuery,
): { metrics: MetricSummary[]; hasMore: boolean } {
  const conditions: [string, string | number | undefined][] = [
    ['n.name > ?', after],
    ['s.name = ?', service],
    ['instr(lower(n.name), ?) > 0', match?.toLowerCase()],
    ['n.last_ms >= ?', since],
  ]
  const asked = conditions.filter(
    (condition): condition is [string, string | number] => condition[1] !== undefined,
  )
  const where = ['1', ...asked.map(([sql]) => sql)].join(' AND ')
  const values = asked.map(([, value]) => value)
  const names = files.catalog
    .prepare(
      `SELECT DISTINCT n.name FROM metric_names n JOIN services s ON s.id = n.service_id
        WHERE ${where} ORDER BY n.name LIMIT ?`,
    )
    .all(...values, limit + 1)
    .map((row) => row['name'] as string)
  const rows = files.catalog.prepare(`${ROWS} WHERE ${where} AND n.name = ? ORDER BY n.last_ms DESC`)
  const reported = reportedMetrics(files, service)
  const more = [...reported.values()].filter(
    ({ name, lastSeen }) =>
      byBytes(name, after ?? '') > 0 &&
      name.toLowerCase().includes(match?.toLowerCase() ?? '') &&
      lastSeen >= (since ?? 0),
  )
  const all = [...new Set([...names, ...more.map(({ name }) => name)])].sort(byBytes)
  const metrics = all.slice(0, limit).map((name) => {
    const told = rows.all(...values, name) as unknown as Row[]
    return together(told.length > 0 ? summary(told) : undefined, reported.get(name))!
  })
  return { metrics, hasMore: all.length > limit }
}

/** As SQLite sorts. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** What OTLP tells of a metric and what events report; these are gauges, so of another type they are another thing. */
function together(
  otlp: MetricSummary | undefined,
  reported: MetricSummary | undefined,
): MetricSummary | undefined {
  if (otlp === undefined || reported === undefined) return otlp ?? reported
  if (otlp.type !== 'gauge') return otlp
  const others = reported.services.filter(({ name }) => otlp.services.every((known) => known.name !== name))
  return {
    ...otlp,
    services: [...otlp.services, ...others],
    firstSeen: Math.min(otlp.firstSeen, reported.firstSeen),
    lastSeen: Math.max(otlp.lastSeen, reported.lastSeen),
  }
}

/** What is known of a name, of one service or of all. */
export function describeMetric(files: PartFiles, name: string, service?: string): MetricSummary | undefined {
  const own = service === undefined ? '' : 'AND s.name = ?'
  const rows = files.catalog
    .prepare(`${ROWS} WHERE n.name = ? ${own} ORDER BY n.last_ms DESC`)
    .all(name, ...(service === undefined ? [] : [service])) as unknown as Row[]
  return together(rows.length === 0 ? undefined : summary(rows), reportedMetrics(files, service).get(name))
}

/** The newest row says what the metric is. */
function summary(rows: Row[]): MetricSummary {
  const { name, type, unit, description, temporality, monotonic, last_ms } = rows[0]!
  return {
    name,
    type,
    unit,
    description,
    temporality,
    monotonic: monotonic === null ? null : monotonic === 1,
    services: rows.map(({ service, series, overflowed, last_ms: lastSeen }) => {
      return { name: service, series, overflowed, lastSeen }
    }),
    firstSeen: Math.min(...rows.map(({ first_ms }) => first_ms)),
    lastSeen: last_ms,
  }
}
