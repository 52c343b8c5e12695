import { learnedInterval, longestUsualGap } from './learned-interval.ts'
import type { Monitor } from './monitor.ts'

/** Assumed of a sender that declared no interval until its own is learned: cron users of the hub beat every 5 minutes. */
export const DEFAULT_INTERVAL_S = 300
/** The longest interval that can be declared, learned or set; more is taken for a mistake. */
export const MAX_INTERVAL_S: number = 31 * 86_400
const MIN_GRACE_S = 2
const HOUR_S = 3600

/** What an administrator set for all monitors of a service in one environment; null leaves it to the sender. */
export interface MonitorSetting {
  intervalS: number | null
  graceS: number | null
}

export const NO_SETTING: MonitorSetting = { intervalS: null, graceS: null }

/** `set` by an administrator, `declared` by the sender, `learned` from its beats, or the `default`. */
export type IntervalSource = 'set' | 'declared' | 'learned' | 'default'

export interface Expectation {
  intervalS: number
  source: IntervalSource
  /** Seconds after a missed beat until silence. */
  graceS: number
  /** Whether a beat is owed at all: what never came is not missed. */
  promised: boolean
}

/**
 * When the next beat of a monitor is due and how long it may be overdue.
 *
 * Without an interval of its own only the nameless sender of a service owes a beat: a named instance that has not yet
 * beaten regularly may be a process that ran once.
 */
export function expectationOf(monitor: Monitor, setting: MonitorSetting): Expectation {
  const learned = learnedInterval(monitor.gaps)
  const [intervalS, source] = first(setting.intervalS, monitor.declaredS, learned)
  const usual = source === 'learned' ? longestUsualGap(monitor.gaps) : 0
  const graceS = setting.graceS ?? Math.max(defaultGrace(intervalS), usual * 1.5 - intervalS)
  const beats = monitor.heartbeatAt !== null
  const promised = monitor.declaredS !== null || (beats && (source !== 'default' || monitor.instance === ''))
  return { intervalS, source, graceS, promised }
}

/** Seconds after which a beat counts as missed: the interval, and a quarter of the grace for jitter and delivery. */
export function lateAfter({ intervalS, graceS }: Expectation): number {
  return intervalS + graceS / 4
}

/** Two more intervals; for long ones an hour, or half the interval where that is more. */
function defaultGrace(intervalS: number): number {
  return Math.max(MIN_GRACE_S, Math.min(2 * intervalS, Math.max(HOUR_S, intervalS / 2)))
}

function first(
  set: number | null,
  declared: number | null,
  learned: number | undefined,
): [number, IntervalSource] {
  if (set !== null) return [set, 'set']
  if (declared !== null) return [declared, 'declared']
  return learned === undefined ? [DEFAULT_INTERVAL_S, 'default'] : [learned, 'learned']
}
