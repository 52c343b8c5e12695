import type { ServiceState } from '../../services/state.ts'

/** How a service is, in the words of the mesh. */
export type MeshState = 'healthy' | 'degraded' | 'critical' | 'dead' | 'unknown'

/** The mesh's word for what we know of a service that reports by itself. */
export const MESH_STATES: Readonly<Record<ServiceState, MeshState>> = {
  unknown: 'unknown',
  up: 'healthy',
  late: 'degraded',
  silent: 'dead',
  stopped: 'dead',
  crashed: 'dead',
}

/** What the state of a watched service follows from. */
export interface Signs {
  /** Said goodbye, or crashed, and was not heard of since. */
  ended: boolean
  /** Checks that failed, or beats that did not come, since the last that did. */
  consecutiveFailures: number
  maxFailures: number
  /** Milliseconds since it was last heard of, or since it was registered. */
  silentMs: number
  timeoutMs: number
  heard: boolean
}

/** `dead` is who says nothing at all, also no error; `critical` who answers, and answers badly. */
export function watchedState(signs: Signs): MeshState {
  const { ended, consecutiveFailures, maxFailures, silentMs, timeoutMs, heard } = signs
  if (ended || silentMs > timeoutMs) return 'dead'
  if (consecutiveFailures >= maxFailures) return 'critical'
  if (consecutiveFailures > 0) return 'degraded'
  return heard ? 'healthy' : 'unknown'
}

/** Beats that should have come by now; half an interval is left for jitter and delivery. */
export function missedBeats(silentMs: number, intervalS: number): number {
  return Math.max(0, Math.floor(silentMs / (intervalS * 1000) - 0.5))
}
