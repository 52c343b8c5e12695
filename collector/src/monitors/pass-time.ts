import { expectationOf, lateAfter, type MonitorSetting } from './expectation.ts'
import type { Monitor } from './monitor.ts'
import type { Reason, StateChange } from './transition.ts'
import type { ServiceState } from '../services/state.ts'

/** Sets when the state changes unless something comes; follows every sign of life and every change of what is expected. */
export function schedule(monitor: Monitor, setting: MonitorSetting): void {
  const expected = expectationOf(monitor, setting)
  monitor.lateAt = monitor.countedFrom + lateAfter(expected) * 1000
  monitor.silentAt = monitor.countedFrom + (expected.intervalS + expected.graceS) * 1000
  monitor.alertAt = nextAlert(monitor, expected.promised)
}

/**
 * Changes the state by nothing but the time that has passed, one step at a time: who is silent was late before.
 *
 * @returns undefined while nothing is due.
 */
export function passTime(monitor: Monitor, setting: MonitorSetting, now: number): StateChange | undefined {
  const { promised } = expectationOf(monitor, setting)
  const due = nextAlert(monitor, promised)
  if (due === null || due > now) return undefined
  let made: StateChange
  if (!promised) made = change(monitor, 'unknown', due, 'no_promise')
  else if (monitor.state === 'up') made = change(monitor, 'late', due, 'missed_beat')
  else made = change(monitor, 'silent', due, 'silence')
  monitor.alertAt = nextAlert(monitor, promised)
  return made
}

/** Puts a monitor into another state; the history of one never goes backwards. */
export function change(
  monitor: Monitor,
  to: ServiceState,
  at: number,
  reason: Reason,
  eventId: string | null = null,
): StateChange {
  const made = { from: monitor.state, to, at: Math.max(at, monitor.since), reason, eventId }
  monitor.state = to
  monitor.since = made.at
  return made
}

export function isAlive({ state }: Monitor): boolean {
  return state === 'up' || state === 'late'
}

function nextAlert(monitor: Monitor, promised: boolean): number | null {
  if (!isAlive(monitor)) return null
  return monitor.state === 'up' && promised ? monitor.lateAt : monitor.silentAt
}
