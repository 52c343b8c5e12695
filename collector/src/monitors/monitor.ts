import type { ServiceState } from '../services/state.ts'
import { NEW_SENDER, type SenderClock } from './sender-clock.ts'

/**
 * What is expected of one instance of a service in one environment, and whether it comes. Times are milliseconds since
 * the epoch by the collector's clock.
 */
export interface Monitor {
  /** Empty where none is named. */
  env: string
  /** Empty for senders that name no instance, and for what short-lived instances beat together. */
  instance: string
  host: string | null
  state: ServiceState
  since: number
  /** Of the newest sign of life. */
  signAt: number
  /** What the wait for the next sign is counted from: `signAt`, or later where the collector was not there to hear. */
  countedFrom: number
  heartbeatAt: number | null
  registeredAt: number | null
  heartbeats: number
  /** Beats that should have come and did not. */
  missed: number
  /** As it declared itself; seconds. */
  declaredS: number | null
  /** Seconds between its newest beats, oldest first. */
  gaps: number[]
  clock: SenderClock
  lateAt: number
  silentAt: number
  /** When its state changes unless something comes; null where nothing is waited for. */
  alertAt: number | null
}

export function newMonitor(env: string, instance: string): Monitor {
  return {
    env,
    instance,
    host: null,
    state: 'unknown',
    since: 0,
    signAt: 0,
    countedFrom: 0,
    heartbeatAt: null,
    registeredAt: null,
    heartbeats: 0,
    missed: 0,
    declaredS: null,
    gaps: [],
    clock: NEW_SENDER,
    lateAt: 0,
    silentAt: 0,
    alertAt: null,
  }
}
