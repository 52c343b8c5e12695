import type { SignOfLife } from '../services/signs-of-life.ts'
import { expectationOf, type MonitorSetting } from './expectation.ts'
import { addGap } from './learned-interval.ts'
import type { Monitor } from './monitor.ts'
import { change, isAlive, schedule } from './pass-time.ts'
import { placeInTime } from './sender-clock.ts'
import type { Reason, StateChange } from './transition.ts'

/**
 * Takes what one event says about its sender into a monitor.
 *
 * @returns the changes of state that it makes, in order.
 */
export function takeSign(monitor: Monitor, sign: SignOfLife, setting: MonitorSetting): StateChange[] {
  const { at, clock } = placeInTime(monitor.clock, sign)
  const { lifecycle, eventId, registered, heartbeat, receivedMs } = sign
  monitor.clock = clock
  if (sign.host !== undefined) monitor.host = sign.host
  if (sign.intervalS !== undefined) monitor.declaredS = sign.intervalS
  if (lifecycle === 'stopped' || lifecycle === 'crashed') return end(monitor, at, lifecycle, eventId)

  const changes: StateChange[] = []
  // The process that is started again under the name of a silent one tells what became of it.
  if (registered && monitor.state === 'silent' && at > monitor.signAt) {
    changes.push(change(monitor, 'crashed', at, 'replaced', eventId))
  }
  const over = isOver(monitor)
  if (heartbeat) beat(monitor, at, over, setting)
  if (over && !startsAgain(sign, at, monitor.signAt)) return changes
  if (registered) monitor.registeredAt = Math.max(monitor.registeredAt ?? 0, at)
  monitor.signAt = Math.max(monitor.signAt, at)
  monitor.countedFrom = Math.max(monitor.countedFrom, at)
  schedule(monitor, setting)
  if (monitor.lateAt > receivedMs) {
    if (monitor.state !== 'up') changes.push(change(monitor, 'up', at, reasonOf(sign), eventId))
  } else if (monitor.silentAt > receivedMs) {
    if (!isAlive(monitor)) changes.push(change(monitor, 'late', at, reasonOf(sign), eventId))
  } else if (monitor.state === 'unknown' && expectationOf(monitor, setting).promised) {
    // The first that is heard of it is so old that it should have been heard of again.
    changes.push(change(monitor, 'silent', monitor.silentAt, 'silence', eventId))
  }
  if (changes.length > 0) schedule(monitor, setting)
  return changes
}

/** A goodbye holds unless the instance gave a later sign. */
function end(monitor: Monitor, at: number, state: 'stopped' | 'crashed', eventId: string): StateChange[] {
  if (at < monitor.signAt || monitor.state === state) return []
  monitor.signAt = at
  monitor.countedFrom = at
  monitor.alertAt = null
  return [change(monitor, state, at, state === 'stopped' ? 'goodbye' : 'crash', eventId)]
}

/** After a goodbye only a start or a heartbeat tells of life: other events may have been under way. */
function startsAgain(
  { registered, heartbeat, lifecycle }: SignOfLife,
  at: number,
  goodbyeAt: number,
): boolean {
  const starts = registered || lifecycle === 'started' || lifecycle === 'ready'
  return starts ? at >= goodbyeAt : heartbeat && at > goodbyeAt
}

function beat(monitor: Monitor, at: number, over: boolean, setting: MonitorSetting): void {
  monitor.heartbeats++
  const { heartbeatAt, registeredAt } = monitor
  if (heartbeatAt !== null && at <= heartbeatAt) return
  monitor.heartbeatAt = at
  // The time from a goodbye to a new start is no gap between beats.
  if (heartbeatAt === null || over || (registeredAt ?? 0) > heartbeatAt) return
  const gap = (at - heartbeatAt) / 1000
  monitor.missed += Math.max(0, Math.round(gap / expectationOf(monitor, setting).intervalS) - 1)
  if (monitor.declaredS === null) monitor.gaps = addGap(monitor.gaps, gap)
}

function isOver({ state }: Monitor): boolean {
  return state === 'stopped' || state === 'crashed'
}

function reasonOf({ registered, heartbeat, lifecycle }: SignOfLife): Reason {
  if (registered) return 'registered'
  if (heartbeat) return 'heartbeat'
  return lifecycle === undefined ? 'seen' : 'lifecycle'
}
