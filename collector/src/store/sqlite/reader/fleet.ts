import type { FleetFacts, FleetQuery, FleetRequests, RequestSum } from '../../fleet.ts'
import type { ServiceHistory, UptimeFacts } from '../../monitors.ts'
import { addDurations, durationQuantile, noDurations, type DurationCounts } from '../duration-histogram.ts'
import type { PartFiles } from './part-files.ts'

/** How all services are and were, and how their requests went: what `uptime` and `requestRates` tell of one. */
export function readFleet(files: PartFiles, query: FleetQuery): FleetFacts {
  return {
    requests: readRequests(files, query),
    histories: readHistories(files, query.changesSince),
    absences: files.catalog
      .prepare('SELECT from_ms AS "from", to_ms AS "to" FROM absences WHERE to_ms >= ? ORDER BY from_ms')
      .all(query.changesSince) as unknown as UptimeFacts['absences'],
  }
}

// Summed up by SQLite: to take the rows of each minute one by one would be most of the work.
const SUMMED = `SELECT s.name AS service, CAST((r.at_s - ?) / ? AS INTEGER) AS bucket, sum(r.calls) AS calls, sum(r.errors) AS errors,
    group_concat(hex(r.durations), ' ') AS durations
  FROM call_paths AS p JOIN services AS s ON s.id = p.callee CROSS JOIN call_rates AS r ON r.path = p.id
  WHERE p.caller = 0 AND p.peer = 0 AND r.step_s = ? AND r.at_s >= ? AND r.at_s < ?
  GROUP BY p.callee, bucket ORDER BY s.name`

interface Row {
  service: string
  bucket: number
  calls: number
  errors: number
  durations: string
}

function readRequests({ catalog }: PartFiles, { since, until, step }: FleetQuery): FleetRequests[] {
  const [from, to, size] = [since / 1000, until / 1000, step / 1000]
  const rows = catalog
    .prepare(SUMMED)
    .all(from, size, size % 3600 === 0 ? 3600 : 60, from, to) as unknown as Row[]
  const services = Map.groupBy(
    rows.filter(({ calls }) => calls > 0),
    ({ service }) => service,
  )
  return [...services].map(([service, buckets]) => {
    const all = noDurations()
    const told = buckets.map(({ bucket, calls, errors, durations }): [number, RequestSum] => {
      const own = noDurations()
      for (const hex of durations.split(' ')) addDurations(own, Buffer.from(hex, 'hex'))
      for (const [index, count] of own.entries()) all[index]! += count
      return [bucket, sumOf(calls, errors, own)]
    })
    const total = (key: 'calls' | 'errors') => buckets.reduce((sum, bucket) => sum + bucket[key], 0)
    return { service, total: sumOf(total('calls'), total('errors'), all), buckets: new Map(told) }
  })
}

function sumOf(calls: number, errors: number, durations: DurationCounts): RequestSum {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => durationQuantile(durations, q)) as [null, null, null]
  return { calls, errors, p50, p95, p99 }
}

function readHistories({ catalog }: PartFiles, since: number): FleetFacts['histories'] {
  const changes = catalog
    .prepare(
      `SELECT service_id, env, from_state AS "from", to_state AS "to", at_ms AS at FROM transitions
      WHERE instance IS NULL AND at_ms >= ? ORDER BY id`,
    )
    .all(since) as unknown as (ServiceHistory['changes'][number] & { service_id: number; env: string })[]
  const byHistory = Map.groupBy(changes, ({ service_id, env }) => `${service_id} ${env}`)
  return catalog
    .prepare(
      'SELECT c.service_id, c.env, c.state, s.name AS service FROM service_states AS c JOIN services AS s ON s.id = c.service_id ORDER BY s.name, c.env',
    )
    .all()
    .map((row) => ({
      service: row['service'] as string,
      env: row['env'] as string,
      state: row['state'] as ServiceHistory['state'],
      changes: byHistory.get(`${row['service_id'] as number} ${row['env'] as string}`) ?? [],
    }))
}
