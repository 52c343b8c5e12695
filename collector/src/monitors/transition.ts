import type { ServiceState } from '../services/state.ts'

/**
 * Why a state changed: `registered`, `heartbeat`, `lifecycle` or `seen` (any other event) is a sign of life, `goodbye` and
 * `crash` were said, `missed_beat` and `silence` are time that passed, `replaced` is another start in the place of one
 * that is silent, `no_promise` is one that owes no beat and is not heard of any more, `instances` is what a service's
 * instances make of it.
 */
export const REASONS = [
  'registered',
  'heartbeat',
  'lifecycle',
  'seen',
  'goodbye',
  'crash',
  'missed_beat',
  'silence',
  'replaced',
  'no_promise',
  'instances',
] as const

export type Reason = (typeof REASONS)[number]

/** One change of state. */
export interface StateChange {
  from: ServiceState
  to: ServiceState
  /** Milliseconds since the epoch. */
  at: number
  reason: Reason
  /** The event that told of it; null where time did. */
  eventId: string | null
}
