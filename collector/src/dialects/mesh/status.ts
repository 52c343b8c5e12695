import type { MeshService } from '../../store/mesh.ts'
import type { Reported } from './reported.ts'
import { MESH_STATES, missedBeats, watchedState, type MeshState } from './state.ts'

/** How one service is, as the mesh answers it. */
export interface MeshStatus {
  service_id: string
  service_name: string
  status: MeshState
  is_alive: boolean
  metrics: {
    heartbeat_count: number
    missed_heartbeats: number
    consecutive_failures: number
    average_latency_ms: number
    max_latency_ms: number
    min_latency_ms: number
    uptime_seconds: number
    /** Of its health checks those that succeeded; of one that is not called, of the last 24 hours those in which it was up. */
    uptime_percentage: number
    last_heartbeat: string | null
    seconds_since_last: number | null
  }
  config: { interval_seconds: number; timeout_seconds: number; max_failures: number }
  metadata: Record<string, unknown>
}

/**
 * Everybody who registered, and everybody who was heard of without that, by id.
 *
 * @param registered those that may be seen; one whose id or name is that of a reported service is the same.
 */
export function meshStatuses(
  registered: readonly MeshService[],
  reported: ReadonlyMap<string, Reported>,
  now: number,
): MeshStatus[] {
  const rest = new Map(reported)
  const watched = registered.map((service) => {
    const own = reported.get(service.id) ?? reported.get(service.name)
    if (own) rest.delete(own.name)
    return showWatched(service, own, now)
  })
  return [...watched, ...[...rest.values()].map((each) => showReported(each, now))].sort((a, b) =>
    a.service_id < b.service_id ? -1 : 1,
  )
}

function showWatched(service: MeshService, own: Reported | undefined, now: number): MeshStatus {
  const { id, name, intervalS, timeoutS, maxFailures, healthUrl, registeredAt, checks } = service
  const lastSeen = own?.lastSeen ?? null
  const heardAt = latest(checks.lastAnswerAt, lastSeen)
  const silentMs = now - (heardAt ?? registeredAt)
  const isCalled = healthUrl !== null
  const owed = missedBeats(silentMs, intervalS)
  const consecutiveFailures = isCalled ? checks.consecutiveFailures : owed
  const status = watchedState({
    ended: isOver(own) && (checks.lastSuccessAt ?? 0) <= (own?.since ?? 0),
    consecutiveFailures,
    maxFailures,
    silentMs,
    timeoutMs: timeoutS * 1000,
    heard: heardAt !== null,
  })
  const tried = checks.succeeded + checks.failed
  const upSince = isCalled ? checks.upSince : (own?.heartbeat?.upSince ?? null)
  return {
    service_id: id,
    service_name: name,
    status,
    is_alive: isAlive(status),
    metrics: {
      heartbeat_count: checks.succeeded + (own?.heartbeat?.heartbeats ?? 0),
      missed_heartbeats: isCalled ? checks.failed : Math.max(owed, own?.heartbeat?.missed ?? 0),
      consecutive_failures: consecutiveFailures,
      average_latency_ms: checks.succeeded === 0 ? 0 : round(checks.latencySumMs / checks.succeeded),
      max_latency_ms: round(checks.latencyMaxMs),
      min_latency_ms: round(checks.latencyMinMs),
      uptime_seconds: isAlive(status) ? secondsSince(upSince, now) : 0,
      uptime_percentage: percent(tried === 0 ? (own?.heartbeat?.uptime ?? 0) : checks.succeeded / tried),
      ...last(latest(checks.lastSuccessAt, lastSeen), now),
    },
    config: { interval_seconds: intervalS, timeout_seconds: timeoutS, max_failures: maxFailures },
    metadata: {
      registered: true,
      registered_at: new Date(registeredAt).toISOString(),
      health_url: healthUrl,
      last_error: checks.lastError,
      version: own?.version ?? checks.version,
    },
  }
}

function showReported(own: Reported, now: number): MeshStatus {
  const { name, state, lastSeen, version, heartbeat } = own
  const { heartbeats = 0, missed = 0, consecutiveMissed = 0, intervalS = 0, graceS = 0 } = heartbeat ?? {}
  const status = MESH_STATES[state]
  return {
    service_id: name,
    service_name: name,
    status,
    is_alive: isAlive(status),
    metrics: {
      heartbeat_count: heartbeats,
      missed_heartbeats: missed,
      consecutive_failures: consecutiveMissed,
      average_latency_ms: 0,
      max_latency_ms: 0,
      min_latency_ms: 0,
      uptime_seconds: secondsSince(heartbeat?.upSince ?? null, now),
      uptime_percentage: percent(heartbeat?.uptime ?? 0),
      ...last(lastSeen, now),
    },
    config: {
      interval_seconds: intervalS,
      timeout_seconds: intervalS + graceS,
      max_failures: intervalS === 0 ? 0 : Math.max(1, Math.floor((intervalS + graceS) / intervalS)),
    },
    metadata: { registered: false, state, version },
  }
}

function last(
  at: number | null,
  now: number,
): Pick<MeshStatus['metrics'], 'last_heartbeat' | 'seconds_since_last'> {
  if (at === null) return { last_heartbeat: null, seconds_since_last: null }
  return {
    last_heartbeat: new Date(at).toISOString(),
    seconds_since_last: round(Math.max(0, now - at) / 1000),
  }
}

function secondsSince(at: number | null, now: number): number {
  return at === null ? 0 : Math.max(0, Math.floor((now - at) / 1000))
}

function percent(share: number): number {
  return round(share * 100)
}

function isOver(own: Reported | undefined): boolean {
  return own?.state === 'stopped' || own?.state === 'crashed'
}

function isAlive(status: MeshState): boolean {
  return status !== 'dead' && status !== 'unknown'
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
