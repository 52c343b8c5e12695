import type { InstanceFacts, ServiceFacts } from '../../../services/facts.ts'
import type { PartFiles } from './part-files.ts'

// The newest of each service; an answer shows no more.
const MAX_INSTANCES = 100

/** What is known of one service, or of all by name. */
export function listServices(files: PartFiles, name?: string): ServiceFacts[] {
  const { catalog } = files
  const where = name === undefined ? '' : 'AND name = ?'
  const services = catalog
    .prepare(`SELECT * FROM services WHERE first_seen_ms IS NOT NULL ${where} ORDER BY name`)
    .all(...(name === undefined ? [] : [name]))
  const instances = catalog.prepare(
    `SELECT * FROM instances WHERE service_id = ? ORDER BY last_seen_ms DESC, instance LIMIT ${MAX_INSTANCES}`,
  )
  const counts = catalog.prepare('SELECT type, count FROM event_counts WHERE service_id = ? ORDER BY type')
  return services.map((row) => {
    const id = row['id'] as number
    return {
      name: row['name'] as string,
      firstSeen: row['first_seen_ms'] as number,
      lastSeen: row['last_seen_ms'] as number,
      events: row['events'] as number,
      errors: row['errors'] as number,
      spans: row['spans'] as number,
      spanErrors: row['span_errors'] as number,
      exceptions: row['exceptions'] as number,
      logs: row['logs'] as number,
      metrics: row['metrics'] as number,
      eventsByType: Object.fromEntries(
        counts.all(id).map((count) => [count['type'], count['count']]),
      ) as Record<string, number>,
      instances: instances.all(id).map(toInstance),
    }
  })
}

function toInstance(row: Record<string, unknown>): InstanceFacts {
  return {
    instance: row['instance'] as string,
    env: row['env'] as string | null,
    version: row['version'] as string | null,
    host: row['host'] as string | null,
    firstSeen: row['first_seen_ms'] as number,
    lastSeen: row['last_seen_ms'] as number,
    heartbeatAt: row['heartbeat_ms'] as number | null,
    registeredAt: row['registered_ms'] as number | null,
    intervalS: row['interval_s'] as number | null,
    status: row['status'] as string | null,
    lifecycle: row['lifecycle'] as string | null,
    lifecycleAt: row['lifecycle_ms'] as number | null,
    events: row['events'] as number,
    errors: row['errors'] as number,
  }
}
