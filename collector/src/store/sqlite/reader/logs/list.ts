import type { LogContext, LogContextQuery, LogPage, LogPosition, LogQuery, LogRecord } from '../../../logs.ts'
import type { PartFiles } from '../part-files.ts'
import { instanceOf, originsOf, resourcesWhere } from '../resources.ts'
import { WorkBudget } from '../work-budget.ts'
import type { StoredLogFilter } from './conditions.ts'
import { LogReader } from './records.ts'
import { LogWalk } from './walk.ts'

const PAGE_MAX_BYTES = 8 * 1024 * 1024
/** What one page may look at; the rest is for the next. */
const PAGE_WORK = { rows: 200_000, ms: 1500 }

/** One page of records in the order of time. It may be short, or empty, and still have a next one: then the work ended it. */
export function listLogs(
  files: PartFiles,
  query: LogQuery,
  budget: WorkBudget = new WorkBudget(PAGE_WORK),
): LogPage {
  const { limit, order, after, ...filter } = query
  const walk = new LogWalk(files, filter, { order, after }, budget)
  const reader = new LogReader(files)
  const records: LogRecord[] = []
  let bytes = 0
  let last: LogPosition | null = null
  for (let hit = walk.next(); hit !== undefined; hit = walk.next()) {
    const found = records.length < limit ? reader.read(hit.part, hit.seq) : undefined
    bytes += found?.bytes ?? 0
    // One hit more than fits tells that there are more.
    if (found === undefined || (bytes > PAGE_MAX_BYTES && records.length > 0)) {
      return { records, next: last, searchedUntil: null }
    }
    records.push(found.record)
    last = { time: hit.time, seq: hit.seq }
  }
  const { position } = walk
  return { records, next: position, searchedUntil: position && Number(position.time / 1_000_000n) }
}

/** The record of a number, of `service` where that is given. */
export function findLogRecord(files: PartFiles, seq: bigint, service?: string): LogRecord | undefined {
  const record = new LogReader(files).find(seq)?.record
  return service === undefined || record?.service === service ? record : undefined
}

/** A record among those that the same instance told before and after it. */
export function logContext(
  files: PartFiles,
  seq: bigint,
  { before, after, service }: LogContextQuery,
): LogContext | undefined {
  const found = new LogReader(files).find(seq)
  if (!found || (service !== undefined && found.record.service !== service)) return undefined
  const place = { time: found.time, seq }
  const filter = { service: found.record.service, resources: sameInstance(files, found.resourceId) }
  const neighbours = (order: 'asc' | 'desc', limit: number) =>
    limit === 0 ? [] : collect(files, filter, order, place, limit)
  return {
    before: neighbours('desc', before).toReversed(),
    record: found.record,
    after: neighbours('asc', after),
  }
}

function collect(
  files: PartFiles,
  filter: StoredLogFilter,
  order: 'asc' | 'desc',
  after: LogPosition,
  limit: number,
): LogRecord[] {
  const walk = new LogWalk(files, filter, { order, after }, new WorkBudget(PAGE_WORK))
  const reader = new LogReader(files)
  const records: LogRecord[] = []
  while (records.length < limit) {
    const hit = walk.next()
    if (hit === undefined) break
    records.push(reader.read(hit.part, hit.seq)!.record)
  }
  return records
}

/** An instance may describe itself anew while it runs; one without a name is its resource. */
function sameInstance(files: PartFiles, resourceId: number): number[] {
  const { resource } = originsOf(files)
  const own = resource(resourceId)
  const instance = instanceOf(own)
  if (instance === null) return [resourceId]
  const service = own.attributes['service.name']
  return resourcesWhere(
    files,
    (other) => instanceOf(other) === instance && other.attributes['service.name'] === service,
  )
}
