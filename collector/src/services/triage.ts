import { DEFAULT_INTERVAL_S } from '../monitors/expectation.ts'
import type { ServiceFacts } from './facts.ts'

export const TRIAGE_CODES = ['ok', 'no_traffic', 'no_heartbeat', 'nothing', 'stopped', 'crashed'] as const

/** What the signs of a service say together, where one of them may be missing. */
export interface Triage {
  code: (typeof TRIAGE_CODES)[number]
  /** The same in words. */
  message: string
  /** Since when; milliseconds since the epoch. */
  since: number
}

/** Spans and interactions that are older are no traffic of now. */
const TRAFFIC_MS = 15 * 60_000
const MIN_BEATING_MS = 60_000

/**
 * Tells apart a service without traffic, one whose heartbeat is missing and one that is gone.
 *
 * @param now milliseconds since the epoch.
 */
export function triage(facts: ServiceFacts, now: number): Triage {
  const { state, heartbeatAt, firstSeen, lastSeen } = facts
  const trafficAt = Math.max(facts.spanAt ?? 0, facts.interactionAt ?? 0) || null
  const since = facts.stateSince ?? lastSeen
  if (state === 'stopped') return { code: 'stopped', message: 'it said goodbye', since }
  if (state === 'crashed') return { code: 'crashed', message: 'it ended without a goodbye', since }
  const beats = isBeating(facts, now)
  const flows = trafficAt !== null && now - trafficAt <= TRAFFIC_MS
  if (beats && flows) return { code: 'ok', message: 'alive, with traffic', since }
  if (beats) {
    const message =
      trafficAt === null
        ? 'alive, but there never was traffic or tracing'
        : 'alive, but no traffic or tracing'
    return { code: 'no_traffic', message, since: trafficAt ?? firstSeen }
  }
  if (flows) {
    const message =
      heartbeatAt === null ? 'traffic, but it never sent a heartbeat' : 'traffic, but no heartbeat any more'
    return { code: 'no_heartbeat', message, since: heartbeatAt ?? firstSeen }
  }
  const message =
    heartbeatAt === null ? 'neither traffic nor a heartbeat' : 'no heartbeat any more, and no traffic'
  return { code: 'nothing', message, since: lastSeen }
}

/** Other signs of life keep a service up, too; here only its heartbeat counts. */
function isBeating({ state, heartbeatAt, instances }: ServiceFacts, now: number): boolean {
  if (heartbeatAt === null || (state !== 'up' && state !== 'late')) return false
  const newest = instances.find((instance) => instance.heartbeatAt !== null)
  const intervalMs = (newest?.intervalS ?? DEFAULT_INTERVAL_S) * 1000
  return now - heartbeatAt <= Math.max(MIN_BEATING_MS, 3 * intervalMs)
}
