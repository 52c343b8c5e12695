import type { SQLInputValue } from 'node:sqlite'
import { ENOUGH_GAPS } from '../../monitors/learned-interval.ts'
import type { Monitor } from '../../monitors/monitor.ts'
import type { ServiceState } from '../../services/state.ts'

const COLUMNS = [
  'service_id',
  'env',
  'instance',
  'host',
  'state',
  'since_ms',
  'sign_ms',
  'counted_from_ms',
  'heartbeat_ms',
  'registered_ms',
  'heartbeats',
  'missed',
  'declared_s',
  'gaps',
  'delay_ms',
  'beat_delay_ms',
  'beat_received_ms',
  'late_ms',
  'silent_ms',
  'alert_ms',
]

export const SAVE_MONITOR: string = `INSERT OR REPLACE INTO monitors (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map(() => '?').join(', ')})`

/**
 * Holds for monitors that the state of their service is made of: not for an instance that may have run for one beat, as
 * the service's own monitor has all such beats.
 */
export const COUNTS_FOR_SERVICE: string = `(declared_s IS NOT NULL OR heartbeat_ms IS NULL OR instance = ''
  OR json_array_length(gaps) >= ${ENOUGH_GAPS})`

/** The values of `SAVE_MONITOR`. */
export function monitorValues(service: number, monitor: Monitor): SQLInputValue[] {
  const { clock } = monitor
  return [
    service,
    monitor.env,
    monitor.instance,
    monitor.host,
    monitor.state,
    ...[monitor.since, monitor.signAt, monitor.countedFrom].map(Math.round),
    whole(monitor.heartbeatAt),
    whole(monitor.registeredAt),
    monitor.heartbeats,
    monitor.missed,
    monitor.declaredS,
    JSON.stringify(monitor.gaps),
    whole(clock.delay),
    whole(clock.beatDelay),
    whole(clock.beatReceived),
    Math.round(monitor.lateAt),
    Math.round(monitor.silentAt),
    whole(monitor.alertAt),
  ]
}

export function toMonitor(row: Record<string, unknown>): Monitor {
  const time = (name: string) => row[name] as number
  const maybe = (name: string) => row[name] as number | null
  return {
    env: row['env'] as string,
    instance: row['instance'] as string,
    host: row['host'] as string | null,
    state: row['state'] as ServiceState,
    since: time('since_ms'),
    signAt: time('sign_ms'),
    countedFrom: time('counted_from_ms'),
    heartbeatAt: maybe('heartbeat_ms'),
    registeredAt: maybe('registered_ms'),
    heartbeats: time('heartbeats'),
    missed: time('missed'),
    declaredS: maybe('declared_s'),
    gaps: JSON.parse(row['gaps'] as string) as number[],
    clock: {
      delay: maybe('delay_ms'),
      beatDelay: maybe('beat_delay_ms'),
      beatReceived: maybe('beat_received_ms'),
    },
    lateAt: time('late_ms'),
    silentAt: time('silent_ms'),
    alertAt: maybe('alert_ms'),
  }
}

function whole(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms)
}
