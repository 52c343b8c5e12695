import type { EventRange } from './events.ts'

/** Counts of events over time; what is searched is the range of a list, newest first. */
export interface EventStatsQuery extends EventRange {
  /** Whether steps go by when events were received or by when they happened, as they say. */
  time: 'received' | 'occurred'
  /** Milliseconds; steps begin at multiples of it. */
  step: number
}

/** Exact for what was received from `countedSince` on, all of the range where that is null. */
export interface EventStats {
  total: number
  bySource: Record<string, number>
  byType: Record<string, number>
  bySeverity: Record<string, number>
  /** Steps that have events, by time. */
  buckets: EventBucket[]
  /** Milliseconds since the epoch. */
  countedSince: number | null
  /** Cursor to go on from with what is older; null when there is no more. */
  next: string | null
}

export interface EventBucket {
  /** Milliseconds since the epoch. */
  start: number
  bySeverity: Record<string, number>
}
