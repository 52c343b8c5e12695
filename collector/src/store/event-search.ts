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
  /** Where an earlier page of the same search ended. */
  from?: SearchPosition | undefined
  /** Milliseconds of searching after which an answer ends where it is; 3000 where absent. */
  scanMs?: number | undefined
}

/** Where a page ended: what is left to be searched, by parts of the store, and in each of these groups after which event. */
export interface SearchPosition {
  /** Commit cursor after which events are of no page of this search, so that what comes in moves none. */
  until: bigint
  groups: SearchGroup[]
}

/** Parts whose events are sorted together. */
export interface SearchGroup {
  parts: number[]
  /** What it was sorted by, and its commit cursor. */
  after?: { key: bigint | string; cursor: bigint }
}

/** Fewer than asked for where they would be too many bytes. */
export interface EventSearchPage {
  events: ServedEvent[]
  /** Whether more was found than these. */
  hasMore: boolean
  /** Whether everything was looked at; a search that takes too long ends before. */
  complete: boolean
  /** Where it goes on, with what was found or with what was not looked at; null at the end. */
  next: SearchPosition | null
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
