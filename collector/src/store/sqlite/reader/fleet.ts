import type { FleetFacts, FleetQuery, FleetRequests, RequestSeries } from '../../fleet.ts'
import type { ServiceHistory, UptimeFacts } from '../../monitors.ts'
import { DurationSums } from './duration-sums.ts'
import type { PartFiles } from './part-files.ts'

/** How all services are and were, and how their requests went: what `uptime` and `requestRates` tell of one. */
export function readFleet(files: PartFiles, query: FleetQuery): FleetFacts {
  return {
    requests: readRequests(files, query),
    histories: readHistories(files, query),
    absences: files.catalog
      .prepare('SELECT from_ms AS "from", to_ms AS "to" FROM absences WHERE to_ms >= ? ORDER BY from_ms')
      .all(query.changesSince) as unknown as UptimeFacts['absences'],
  }
}

// Summed up by SQLite: to take the rows of each minute one by one would be most of the work.
const SUMMED = `SELECT s.name AS service, CAST((r.at_s - ?) / ? AS INTEGER) AS bucket, sum(r.calls) AS calls, sum(r.errors) AS errors,
    group_concat(hex(r.durations), ' ') AS durations
  FROM call_paths AS p JOIN services AS s ON s.id = p.callee CROSS JOIN call_rates AS r ON r.path = p.id
  WHERE p.caller = 0 AND p.peer = 0 AND r.step_s = ? AND r.at_s >= ? AND r.at_s < ?`

interface Row {
  service: string
  bucket: number
  calls: number
  errors: number
  durations: string
}

function readRequests({ catalog }: PartFiles, query: FleetQuery): FleetRequests[] {
  const { since, until, step } = query
  const count = (until - since) / step
  const [from, to, size] = [since / 1000, until / 1000, step / 1000]
  const [where, given] = only(query.service)
  const rows = catalog
    .prepare(`${SUMMED} ${where} GROUP BY p.callee, bucket ORDER BY p.callee, bucket`)
    .all(from, size, size % 3600 === 0 ? 3600 : 60, from, to, ...given) as unknown as Row[]
  const found: FleetRequests[] = []
  const [own, all] = [new DurationSums(), new DurationSums()]
  let last: FleetRequests | undefined
  for (const { service, bucket, calls, errors, durations } of rows) {
    if (calls === 0) continue
    if (last?.service !== service) {
      if (last) Object.assign(last.total, all.quantiles())
      all.clear()
      last = { service, total: { calls: 0, errors: 0, ...all.quantiles() }, series: emptySeries(count) }
      found.push(last)
    }
    own.add(durations)
    all.addAll(own)
    const { p50, p95, p99 } = own.quantiles()
    own.clear()
    const { total, series } = last
    total.calls += calls
    total.errors += errors
    series.calls[bucket] = calls
    series.errors[bucket] = errors
    series.p50[bucket] = p50
    series.p95[bucket] = p95
    series.p99[bucket] = p99
  }
  if (last) Object.assign(last.total, all.quantiles())
  return found
}

function emptySeries(count: number): RequestSeries {
  const zeros = () => Array<number>(count).fill(0)
  const nulls = () => Array<number | null>(count).fill(null)
  return { calls: zeros(), errors: zeros(), p50: nulls(), p95: nulls(), p99: nulls() }
}

/** What keeps a query to one service, where one is given. */
function only(service: string | undefined): [where: string, given: string[]] {
  return service === undefined ? ['', []] : ['AND s.name = ?', [service]]
}

function readHistories(
  { catalog }: PartFiles,
  { service, changesSince }: FleetQuery,
): FleetFacts['histories'] {
  const [where, given] = only(service)
  const changes = catalog
    .prepare(
      `SELECT t.service_id, t.env, t.from_state AS "from", t.to_state AS "to", t.at_ms AS at
      FROM transitions AS t JOIN services AS s ON s.id = t.service_id
      WHERE t.instance IS NULL AND t.at_ms >= ? ${where} ORDER BY t.id`,
    )
    .all(changesSince, ...given) as unknown as (ServiceHistory['changes'][number] & {
    service_id: number
    env: string
  })[]
  const byHistory = Map.groupBy(changes, ({ service_id, env }) => `${service_id} ${env}`)
  return catalog
    .prepare(
      `SELECT c.service_id, c.env, c.state, s.name AS service FROM service_states AS c JOIN services AS s ON s.id = c.service_id
      WHERE true ${where} ORDER BY s.name, c.env`,
    )
    .all(...given)
    .map((row) => ({
      service: row['service'] as string,
      env: row['env'] as string,
      state: row['state'] as ServiceHistory['state'],
      changes: byHistory.get(`${row['service_id'] as number} ${row['env'] as string}`) ?? [],
    }))
}
