import { serviceState, type ServiceState } from '../services/state.ts'
import type { MonitorFacts, MonitorStore } from '../store/monitors.ts'
import { totalOf, uptimeShare, uptimeSpans } from './uptime.ts'

const DAY_MS = 86_400_000
/** Instances of one service that are looked at. */
const MAX_MONITORS = 1000

/** The heartbeat of a service, all its instances and environments together. Times are milliseconds since the epoch. */
export interface ServiceHeartbeat {
  service: string
  state: ServiceState
  /** Heartbeats that came, and those that should have come and did not. */
  heartbeats: number
  missed: number
  /** Since the newest one; 0 while none is overdue. */
  consecutiveMissed: number
  lastHeartbeatAt: number | null
  intervalS: number
  graceS: number
  /** Since when it is up; null while it is not. */
  upSince: number | null
  /** Of the last 24 hours, 0 to 1; null where it was expected at no time. */
  uptime: number | null
}

/**
 * The heartbeat of one service.
 *
 * @param now milliseconds since the epoch.
 * @returns undefined for one that never gave a sign of life.
 */
export async function serviceHeartbeat(
  store: MonitorStore,
  service: string,
  now: number,
): Promise<ServiceHeartbeat | undefined> {
  const [{ monitors }, uptime] = await Promise.all([
    store.monitors({ service, limit: MAX_MONITORS }),
    store.uptime(service, now - DAY_MS),
  ])
  const [first, ...others] = monitors
  if (!first) return undefined
  const totals = uptime?.histories.flatMap((history) => {
    return uptimeSpans(history, uptime.absences, { from: now - DAY_MS, to: now, count: 1 })
  })
  const newest = others.reduce((best, one) => (rank(one) > rank(best) ? one : best), first)
  const standing = monitors.filter(({ promised, heartbeatAt }) => promised || heartbeatAt === null)
  const state = serviceState(standing.map((one) => ({ state: one.state, lastSeen: one.signAt })))
  // The beats of instances that declare no interval are counted together, too.
  const counting = monitors.filter(({ declaredS, instance }) => declaredS !== null || instance === '')
  const isUp = state === 'up'
  return {
    service,
    state,
    heartbeats: sum(counting, 'heartbeats'),
    missed: sum(counting, 'missed') + missedNow(newest, now),
    consecutiveMissed: missedNow(newest, now),
    lastHeartbeatAt: newest.heartbeatAt,
    intervalS: newest.intervalS,
    graceS: newest.graceS,
    upSince: isUp ? Math.min(...monitors.filter((one) => one.state === 'up').map((one) => one.since)) : null,
    uptime: uptimeShare(totalOf(totals ?? [])),
  }
}

/** Beats that a monitor waits for in vain. */
export function missedNow({ state, countedFrom, intervalS }: MonitorFacts, now: number): number {
  if (state !== 'late' && state !== 'silent') return 0
  return Math.max(1, Math.floor((now - countedFrom) / (intervalS * 1000)))
}

function rank({ heartbeatAt, signAt }: MonitorFacts): number {
  return heartbeatAt ?? signAt / 2
}

function sum(monitors: readonly MonitorFacts[], key: 'heartbeats' | 'missed'): number {
  return monitors.reduce((total, monitor) => total + monitor[key], 0)
}
