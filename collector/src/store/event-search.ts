import type { EventFilter, ServedEvent } from './events.ts'

export const SORT_KEYS = ['occurred', 'received', 'severity', 'source', 'type'] as const
export type SortKey = (typeof SORT_KEYS)[number]

/** Events in an order of their own rather than in that of commit; what is equal goes by commit. */
export interface EventSearch extends EventFilter {
  sortBy: SortKey
  order: 'asc' | 'desc'
  limit: number
  /** How many are passed over first. */
  offset: number
}

/** Fewer than asked for where they would be too many bytes. */
export interface EventSearchPage {
  events: ServedEvent[]
  hasMore: boolean
  /** Whether everything was looked at; a search that takes too long ends before. */
  complete: boolean
}

/** How many events there are, by what they say. Of very many sources or types the rarest are summed up as `(other)`. */
export interface EventCounts {
  total: number
  bySource: Record<string, number>
  byType: Record<string, number>
  bySeverity: Record<string, number>
  /** Milliseconds since the epoch of the first and last that happened; null where there is none. */
  first: number | null
  last: number | null
  /** Whether everything was counted; what takes too long ends before. */
  complete: boolean
}
