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

/** Changes the state by nothing but the time that has passed. @returns the changes, in order. */
export function passTime(monitor: Monitor, setting: MonitorSetting, now: number): StateChange[] {
  const { promised } = expectationOf(monitor, setting)
  const changes: StateChange[] = []
  if (monitor.state === 'up' && promised && monitor.lateAt <= now) {
    changes.push(change(monitor, 'late', monitor.lateAt, 'missed_beat'))
  }
  if ((monitor.state === 'late' || !promised) && isAlive(monitor) && monitor.silentAt <= now) {
    const [to, reason] = promised ? (['silent', 'silence'] as const) : (['unknown', 'no_promise'] as const)
    changes.push(change(monitor, to, monitor.silentAt, reason))
  }
  monitor.alertAt = nextAlert(monitor, promised)
  return changes
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
