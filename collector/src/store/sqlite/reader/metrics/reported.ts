import type { MetricSummary } from '../../../metrics.ts'
import type { PartFiles, ReadPart } from '../part-files.ts'
import { WorkBudget } from '../work-budget.ts'

// The first look reads what there is, a later one what came since.
const LOOK_MS = 1000
// Names and instances come from the network.
const MAX_KNOWN = 50_000
const MAX_INSTANCES = 1000

/** What one part tells of a metric of a source; times are those of receipt. */
interface Told {
  source: string
  name: string
  unit: string
  instances: Set<string>
  firstMs: number
  lastMs: number
}

interface Row extends Pick<Told, 'source' | 'name'> {
  instance: string
  unit: unknown
  first: bigint
  last: bigint
}

interface LookedAt {
  /** Cursor up to which the part was read. */
  until: bigint
  /** By source and name. */
  told: Map<string, Told>
}

const looks = new WeakMap<PartFiles, Map<number, LookedAt>>()

/** Types of the events that report a number: MetricReported, and `<service>.metric` of the event bus. */
export function reportingTypes(files: PartFiles): string[] {
  return files.catalog
    .prepare(
      `SELECT DISTINCT c.type FROM event_counts c JOIN services s ON s.id = c.service_id
        WHERE c.type = 'MetricReported' OR c.type = s.name || '.metric'`,
    )
    .all()
    .map((row) => row['type'] as string)
}

/** As SQL: whether an event reports a number. */
export const REPORTS = `type IN (SELECT value FROM json_each(?)) AND (type = 'MetricReported' OR type = source || '.metric')
  AND json_type(body, '$.payload.metric') = 'text' AND length(json_extract(body, '$.payload.metric')) BETWEEN 1 AND 500
  AND json_type(body, '$.payload.value') IN ('integer', 'real')`

/** Metrics that events report, of one source or of all, by name; the newest source first. They are gauges. */
export function reportedMetrics(files: PartFiles, source?: string): Map<string, MetricSummary> {
  const bySource = new Map<string, Told>()
  for (const { told } of lookedAt(files).values()) {
    for (const [key, each] of told) {
      if (source === undefined || each.source === source) merge(bySource, key, each)
    }
  }
  const metrics = new Map<string, MetricSummary>()
  const newest = [...bySource.values()].toSorted((a, b) => b.lastMs - a.lastMs)
  for (const { source, name, unit, instances, firstMs, lastMs } of newest) {
    const service = { name: source, series: instances.size, overflowed: 0, lastSeen: lastMs }
    const known = metrics.get(name)
    if (known) {
      known.services.push(service)
      known.firstSeen = Math.min(known.firstSeen, firstMs)
    } else {
      const said = { name, type: 'gauge', unit, description: '', temporality: null, monotonic: null } as const
      metrics.set(name, { ...said, services: [service], firstSeen: firstMs, lastSeen: lastMs })
    }
  }
  return metrics
}

/** The parts that have a number of this name, oldest first. */
export function partsReporting(files: PartFiles, name: string): ReadPart[] {
  const looked = lookedAt(files)
  return files.parts('events').filter(({ id }) => {
    const told = looked.get(id)?.told.values() ?? []
    return [...told].some((each) => each.name === name)
  })
}

/** What is known of each part, after a look at what is new; the newest parts first where there is no time for all. */
function lookedAt(files: PartFiles): Map<number, LookedAt> {
  let known = looks.get(files)
  if (!known) looks.set(files, (known = new Map()))
  const types = reportingTypes(files)
  if (types.length === 0) return known
  const parts = files.parts('events')
  const ids = new Set(parts.map(({ id }) => id))
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
  const budget = new WorkBudget({ rows: Number.POSITIVE_INFINITY, ms: LOOK_MS })
  const watermark = files.watermark()
  for (const part of parts.toReversed()) {
    const looked = known.get(part.id) ?? { until: 0n, told: new Map<string, Told>() }
    if (looked.until >= part.maxSeq || looked.until >= watermark) continue
    if (budget.isSpent) break
    look(files, part, looked, watermark, types)
    known.set(part.id, looked)
  }
  return known
}

function look(
  files: PartFiles,
  part: ReadPart,
  looked: LookedAt,
  watermark: bigint,
  types: readonly string[],
): void {
  const rows = files
    .prepare(
      part,
      `SELECT source, json_extract(body, '$.payload.metric') AS name, coalesce(instance, '') AS instance,
        max(cursor), coalesce(json_extract(body, '$.payload.unit'), '') AS unit,
        min(received_ms) AS first, max(received_ms) AS last
        FROM events WHERE cursor > ? AND cursor <= ? AND ${REPORTS} GROUP BY 1, 2, 3`,
      true,
    )
    .all(looked.until, watermark, JSON.stringify(types)) as unknown as Row[]
  for (const { source, name, instance, unit, first, last } of rows) {
    const instances = new Set([instance])
    const times = { firstMs: Number(first), lastMs: Number(last) }
    const told = { source, name, unit: String(unit), instances, ...times }
    merge(looked.told, JSON.stringify([source, name]), told)
  }
  looked.until = watermark
}

function merge(into: Map<string, Told>, key: string, told: Told): void {
  const known = into.get(key)
  if (!known) {
    if (into.size < MAX_KNOWN) into.set(key, { ...told, instances: new Set(told.instances) })
    return
  }
  for (const instance of told.instances) {
    if (known.instances.size < MAX_INSTANCES) known.instances.add(instance)
  }
  known.firstMs = Math.min(known.firstMs, told.firstMs)
  if (told.lastMs < known.lastMs) return
  known.lastMs = told.lastMs
  known.unit = told.unit
}
