import { SERVICE_STATES, type ServiceState } from '../services/state.ts'
import type { ServiceHistory, UptimeFacts } from '../store/monitors.ts'

/** `unobserved` is time in which the collector itself was away. */
export type UptimeState = ServiceState | 'unobserved'

export interface UptimeSpan {
  /** Milliseconds since the epoch. */
  from: number
  to: number
  /** Milliseconds in each state. */
  inState: Record<UptimeState, number>
}

/** A time cut into spans of the same length, with how a service was in each. */
export function uptimeSpans(
  history: ServiceHistory,
  absences: UptimeFacts['absences'],
  { from, to, count }: { from: number; to: number; count: number },
): UptimeSpan[] {
  const step = (to - from) / count
  const segments = timeline(history, from, to)
  return Array.from({ length: count }, (_, index) => {
    const span = { from: from + index * step, to: from + (index + 1) * step, inState: nowhere() }
    for (const segment of segments) {
      const start = Math.max(span.from, segment.from)
      const end = Math.min(span.to, segment.to)
      if (start >= end) continue
      const unseen = absences.reduce((sum, absence) => {
        return sum + Math.max(0, Math.min(end, absence.to) - Math.max(start, absence.from))
      }, 0)
      span.inState.unobserved += unseen
      span.inState[segment.state] += end - start - unseen
    }
    return span
  })
}

/** All spans together. */
export function totalOf(spans: readonly UptimeSpan[]): UptimeSpan['inState'] {
  const total = nowhere()
  for (const { inState } of spans) for (const state of UPTIME_STATES) total[state] += inState[state]
  return total
}

/**
 * The share of the time in which a service was expected to be there that it was: up or late, of those, silent and crashed.
 *
 * @returns 0 to 1; null where it was expected at no time, as one that said goodbye is not.
 */
export function uptimeShare({ up, late, silent, crashed }: UptimeSpan['inState']): number | null {
  const there = up + late
  const expected = there + silent + crashed
  return expected === 0 ? null : there / expected
}

export const UPTIME_STATES: readonly UptimeState[] = [...SERVICE_STATES, 'unobserved']

function nowhere(): UptimeSpan['inState'] {
  return { unknown: 0, up: 0, late: 0, silent: 0, stopped: 0, crashed: 0, unobserved: 0 }
}

interface Segment {
  state: ServiceState
  from: number
  to: number
}

function timeline({ changes, state }: ServiceHistory, from: number, to: number): Segment[] {
  const segments: Segment[] = []
  let begun = from
  for (const change of changes) {
    segments.push({ state: change.from, from: begun, to: change.at })
    begun = Math.max(begun, change.at)
  }
  segments.push({ state: changes.at(-1)?.to ?? state, from: begun, to })
  return segments
}
