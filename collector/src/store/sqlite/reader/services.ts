import type { StatementSync } from 'node:sqlite'
import type { EnvironmentFacts, InstanceFacts, ServiceFacts } from '../../../services/facts.ts'
import { serviceState, type KnownState, type ServiceState } from '../../../services/state.ts'
import { COUNTS_FOR_SERVICE } from '../monitor-rows.ts'
import type { PartFiles } from './part-files.ts'

// The newest of each service; an answer shows no more.
const MAX_INSTANCES = 100

interface MonitorRow extends KnownState {
  env: string
  heartbeatAt: number | null
  /** 0 or 1. */
  counts: number
}

/** What is known of one service, or of all by name. */
export function listServices(files: PartFiles, name?: string): ServiceFacts[] {
  const { catalog } = files
  const where = name === undefined ? '' : 'AND name = ?'
  const services = catalog
    .prepare(`SELECT * FROM services WHERE first_seen_ms IS NOT NULL ${where} ORDER BY name`)
    .all(...(name === undefined ? [] : [name]))
  const instances = catalog.prepare(`
    SELECT i.*, m.state, m.since_ms FROM instances AS i LEFT JOIN monitors AS m USING (service_id, env, instance)
    WHERE i.service_id = ? ORDER BY i.last_seen_ms DESC, i.instance LIMIT ${MAX_INSTANCES}`)
  const counts = catalog.prepare('SELECT type, count FROM event_counts WHERE service_id = ? ORDER BY type')
  const monitors = catalog.prepare(`
    SELECT env, state, sign_ms AS lastSeen, heartbeat_ms AS heartbeatAt, ${COUNTS_FOR_SERVICE} AS counts
    FROM monitors WHERE service_id = ? ORDER BY env`)
  const states = catalog.prepare('SELECT env, since_ms FROM service_states WHERE service_id = ?')
  return services.map((row) => {
    const id = row['id'] as number
    const known = monitors.all(id) as unknown as MonitorRow[]
    const environments = readEnvironments(known, states, id)
    const state = serviceState(known.filter(({ counts }) => counts === 1))
    return {
      name: row['name'] as string,
      state,
      stateSince: latest(environments.filter((one) => one.state === state).map((one) => one.stateSince)),
      environments,
      firstSeen: row['first_seen_ms'] as number,
      lastSeen: row['last_seen_ms'] as number,
      heartbeatAt: latest(known.map(({ heartbeatAt }) => heartbeatAt)),
      spanAt: row['last_span_ms'] as number | null,
      interactionAt: row['last_interaction_ms'] as number | null,
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

function readEnvironments(known: MonitorRow[], states: StatementSync, service: number): EnvironmentFacts[] {
  const since = new Map(states.all(service).map((row) => [row['env'], row['since_ms'] as number]))
  return [...Map.groupBy(known, ({ env }) => env)].map(([env, monitors]) => {
    const instances: EnvironmentFacts['instances'] = {}
    for (const { state } of monitors) instances[state] = (instances[state] ?? 0) + 1
    return {
      env: env || null,
      state: serviceState(monitors.filter(({ counts }) => counts === 1)),
      stateSince: since.get(env) ?? null,
      instances,
    }
  })
}

function latest(times: (number | null)[]): number | null {
  return times.reduce((last, time) => (time !== null && time > (last ?? 0) ? time : last), null)
}

function toInstance(row: Record<string, unknown>): InstanceFacts {
  return {
    instance: row['instance'] as string,
    env: (row['env'] as string) || null,
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
    state: (row['state'] ?? 'unknown') as ServiceState,
    stateSince: row['since_ms'] as number | null,
  }
}
