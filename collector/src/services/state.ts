import type { InstanceFacts, ServiceFacts } from './facts.ts'

/** `unknown` is a service that never gave a sign of life itself: it is seen in spans only. */
export type ServiceState = 'unknown' | 'up' | 'late' | 'silent' | 'stopped' | 'crashed'

/** Assumed where none was promised: cron users of the hub send a heartbeat every 5 minutes. */
export const DEFAULT_INTERVAL_S = 300
/** In heartbeat intervals since the last sign of life. One beat is missed at 1.5: the half is for jitter and delivery. */
export const LATE_AFTER = 1.5
export const SILENT_AFTER = 3

/** The state of one instance at the time `now` (milliseconds since the epoch). */
export function instanceState(facts: InstanceFacts, now: number): ServiceState {
  const { lifecycle, lifecycleAt, heartbeatAt, registeredAt } = facts
  const alive = Math.max(heartbeatAt ?? 0, registeredAt ?? 0)
  if (lifecycle === 'stopped' || lifecycle === 'crashed') {
    if ((lifecycleAt ?? 0) >= alive) return lifecycle
  }
  const age = now - Math.max(facts.lastSeen, alive)
  const interval = (facts.intervalS ?? DEFAULT_INTERVAL_S) * 1000
  if (age <= interval * LATE_AFTER) return 'up'
  return age <= interval * SILENT_AFTER ? 'late' : 'silent'
}

/** The best of the instances while one lives, else the state of the one seen last. */
export function serviceState(facts: ServiceFacts, now: number): ServiceState {
  const states = facts.instances.map((instance) => instanceState(instance, now))
  if (states.includes('up')) return 'up'
  if (states.includes('late')) return 'late'
  return states[0] ?? 'unknown'
}
