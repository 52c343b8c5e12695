import {
  severityWord,
  type FacetValue,
  type LogFacetQuery,
  type LogFacets,
  type LogFilter,
  type LogHistogram,
  type LogHistogramQuery,
} from '../../../logs.ts'
import { comparableNanos, LATEST_NANOS } from '../../../../otlp/nanos.ts'
import { readLogRecord } from '../../../../otlp/read.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import { serviceNames } from '../service-names.ts'
import { WorkBudget } from '../work-budget.ts'
import { asText, logConditions, type CheckedRow, type LogConditions } from './conditions.ts'

/** What one answer may look at. */
const COUNT_WORK = { rows: 1_000_000, ms: 2500 }
/** Different event names, and values of an attribute, that are told apart. */
const MAX_VALUES = 10_000

interface Counted {
  service: number
  severity: number
  event_name: string
  /** Start of a step in milliseconds since the epoch; 0 where no steps were asked for. */
  bucket: number
  count: number
}

/** How often each service, severity, event name and value of an attribute occurs among the records asked for. */
export function logFacets(
  files: PartFiles,
  query: LogFacetQuery,
  budget: WorkBudget = new WorkBudget(COUNT_WORK),
): LogFacets {
  const { attribute, top, ...filter } = query
  const services = new Map<number, number>()
  const severities = new Map<string, number>()
  const eventNames = new Map<string, number>()
  let total = 0
  let more = false
  let cut = count(files, filter, 0, budget, (row) => {
    total += row.count
    add(services, row.service, row.count)
    add(severities, severityWord(row.severity) ?? 'unspecified', row.count)
    if (row.event_name === '') return
    if (eventNames.size < MAX_VALUES || eventNames.has(row.event_name))
      add(eventNames, row.event_name, row.count)
    else more = true
  })
  cut ||= more
  const names = serviceNames(files)
  const facets: LogFacets = {
    total,
    services: ranked(new Map([...services].map(([id, n]) => [names(id), n])), top),
    severities: ranked(severities, top),
    eventNames: ranked(eventNames, top),
    cut,
  }
  if (attribute === undefined) return facets
  const values = new Map<string, number>()
  const ofAttribute = countValues(files, filter, attribute, budget, values)
  cut ||= ofAttribute.cut
  const withoutIt = Math.max(0, total - ofAttribute.found)
  return { ...facets, attribute: { key: attribute, values: ranked(values, top), withoutIt }, cut }
}

/** How many records of each severity there are in each step of a range. */
export function logHistogram(
  files: PartFiles,
  { step, ...filter }: LogHistogramQuery,
  budget: WorkBudget = new WorkBudget(COUNT_WORK),
): LogHistogram {
  const buckets: LogHistogram['buckets'] = []
  const first = Math.floor(filter.since / step) * step
  for (let start = first; start < filter.until; start += step)
    buckets.push({ start, total: 0, severities: {} })
  const cut = count(files, filter, step, budget, ({ bucket, severity, count }) => {
    const at = buckets[(bucket - first) / step]
    if (!at) return
    at.total += count
    const word = severityWord(severity)
    if (word !== null) at.severities[word] = (at.severities[word] ?? 0) + count
  })
  return { buckets, cut }
}

/** Counts part by part, the newest first. @returns whether the budget ended it. */
function count(
  files: PartFiles,
  filter: LogFilter,
  step: number,
  budget: WorkBudget,
  add: (row: Counted) => void,
): boolean {
  const bucket = step > 0 ? `time_ns / 1000000 / ${step} * ${step}` : '0'
  const grouped = `SELECT service_id AS service, severity, event_name, ${bucket} AS bucket, count(*) AS count`
  const single = `SELECT service_id AS service, severity, event_name, ${bucket} AS bucket, 1 AS count, seq, body, record`
  return eachPart(files, filter, budget, (part, { sql, values, check }) => {
    if (!check) {
      const rows = files.prepare(part, `${grouped} FROM logs WHERE ${sql} GROUP BY 1, 2, 3, 4`).all(...values)
      for (const row of rows) add(row as unknown as Counted)
      budget.spend(rows.length)
      return
    }
    for (const row of files
      .prepare(part, `${single} FROM logs WHERE ${sql} ORDER BY seq DESC`)
      .iterate(...values)) {
      const found = row as unknown as Counted & CheckedRow
      budget.spend(1)
      if (check(found)) add(found)
      if (budget.isSpent) return
    }
  })
}

function countValues(
  files: PartFiles,
  filter: LogFilter,
  attribute: string,
  budget: WorkBudget,
  values: Map<string, number>,
): { found: number; cut: boolean } {
  let found = 0
  let more = false
  const cut = eachPart(files, filter, budget, (part, { sql, values: given, check }) => {
    const rows = files.prepare(
      part,
      `SELECT seq, body, event_name, record FROM logs WHERE ${sql} AND instr(record, ?) > 0 ORDER BY seq DESC`,
    )
    for (const row of rows.iterate(...given, Buffer.from(attribute))) {
      const log = row as unknown as CheckedRow
      budget.spend(1)
      if (budget.isSpent) return
      if (check && !check(log)) continue
      const { attributes } = readLogRecord(log.record)
      if (!(attribute in attributes)) continue
      found++
      const value = asText(attributes[attribute])
      if (values.size < MAX_VALUES || values.has(value)) add(values, value, 1)
      else more = true
    }
  })
  return { found, cut: cut || more }
}

interface PartWork {
  /** Conditions without `WHERE`. */
  sql: string
  values: (string | number | bigint | null | NodeJS.ArrayBufferView)[]
  check?: LogConditions['check']
}

/** @returns whether there were parts left when the budget was spent. */
function eachPart(
  files: PartFiles,
  filter: LogFilter,
  budget: WorkBudget,
  work: (part: ReadPart, conditions: PartWork) => void,
): boolean {
  const conditions = logConditions(files, filter)
  if (conditions === undefined) return false
  const { since = 0, until = Number.POSITIVE_INFINITY } = filter
  const parts = files
    .parts('logs')
    .filter((part) => part.maxTimeMs >= since && part.minTimeMs < until)
    .toSorted((a, b) => b.maxTimeMs - a.maxTimeMs)
  const last = until === Number.POSITIVE_INFINITY ? LATEST_NANOS : comparableNanos(until) - 1n
  const range = [comparableNanos(since), last]
  for (const part of parts) {
    if (budget.isSpent) return true
    const { sql, values, check } = conditions(part)
    work(part, {
      sql: `time_ns BETWEEN ? AND ?${sql}`,
      values: [...range, ...values],
      ...(check && { check }),
    })
  }
  return budget.isSpent
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count)
}

function ranked(counts: Map<string, number>, top: number): FacetValue[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, top)
}
