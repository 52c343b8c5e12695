import type { StackFrame } from '@hubline/core/wire'
import type { Occurrence } from '../errors/occurrence.ts'
import type { ErrorState, GroupState, StateChange } from '../errors/state.ts'

export const HOUR_MS = 3_600_000
export const DAY_HOURS = 24
export const DAY_MS: number = DAY_HOURS * HOUR_MS
/** How long counts are kept by the hour, and by the day. */
export const KEPT_HOURS: number = 14 * DAY_HOURS
export const KEPT_DAYS = 400

/** How many groups and exceptions are kept. */
export interface ErrorLimits {
  /** Groups in all; beyond, the one longest idle is given up. */
  groups: number
  /** Groups of one service. */
  groupsOfService: number
  /** New groups of one service within a day; beyond, they are counted together. */
  newPerDay: number
  /** Exceptions, over all services; what comes again after so many others counts again. */
  remembered: number
}

export const ERROR_LIMITS: ErrorLimits = {
  groups: 10_000,
  groupsOfService: 2000,
  newPerDay: 500,
  remembered: 250_000,
}
/** Occurrences that are kept of a group, the newest. */
export const KEPT_OCCURRENCES = 50
/** Values of a kind that are kept of a group, those seen last. */
export const KEPT_VALUES = 50

export const ERROR_SORTS = ['last_seen', 'first_seen', 'count'] as const
export type ErrorSort = (typeof ERROR_SORTS)[number]

/** Which groups of errors are wanted; times are milliseconds since the epoch. */
export interface ErrorQuery {
  service?: string | undefined
  env?: string | undefined
  version?: string | undefined
  states?: readonly ErrorState[] | undefined
  /** The exception's type, as it is. */
  type?: string | undefined
  /** Somewhere in type, message or culprit, in upper or lower case. */
  text?: string | undefined
  /** Last seen at or after it. */
  since?: number | undefined
  /** First seen before it. */
  until?: number | undefined
  sort: ErrorSort
  /** `next_cursor` of an earlier page of the same sort. */
  cursor?: ErrorCursor | undefined
  limit: number
  /** As of which muting has or has not ended. */
  now: number
}

/** The last group of a page, by what it is sorted by. */
export interface ErrorCursor {
  value: number
  id: number
}

/** A group of errors that are taken for the same. */
export interface ErrorGroupFacts extends GroupState {
  /** 16 hex digits; the same wherever and whenever the service's fingerprint is first met. */
  key: string
  service: string
  /** Of the first that led to the group. */
  fingerprint: string
  /** Of the algorithm that made it; null where somebody chose it. */
  fingerprintVersion: number | null
  /** Whether it counts what came when there were too many new groups in a day. */
  overflow: boolean
  type: string
  message: string
  culprit: string | null
  severity: string | null
  handled: boolean | null
  first: number
  last: number
  count: number
  versions: string[]
  envs: string[]
  /** Of the last 24 hours, the present one last. */
  hours: number[]
}

export interface ErrorPage {
  groups: ErrorGroupFacts[]
  next: ErrorCursor | null
  /** Groups that were given up so far because there were too many. */
  evicted: number
}

/** A version, environment, instance, route or user that a group was seen with. */
export interface ErrorFacet {
  value: string
  first: number
  last: number
  count: number
}

export interface ErrorFacets {
  /** Seen last first. */
  values: ErrorFacet[]
  /** Whether there were more than are kept. */
  more: boolean
}

export const FACETS = ['version', 'env', 'instance', 'route', 'user'] as const
export type FacetKind = (typeof FACETS)[number]

/** The newest occurrence in full. */
export interface ErrorExample extends Occurrence {
  /** Those of the application first. */
  frames: (StackFrame & { index: number })[]
}

export interface ErrorDetail extends ErrorGroupFacts {
  fingerprints: string[]
  facets: Record<FacetKind, ErrorFacets>
  /** Hours and days with occurrences, oldest first; `at` is the start. */
  hourly: { at: number; count: number }[]
  daily: { at: number; count: number }[]
  example: ErrorExample | null
}

/** One of the occurrences that are kept of a group. */
export type KeptOccurrence = Omit<Occurrence, 'stack'> & { id: number }

/** What was decided about a group, and when; milliseconds since the epoch. */
export interface ErrorDecision {
  key: string
  change: StateChange
  now: number
}

/** What a store knows of errors. Where a service is given, only its own groups are told of. */
export interface ErrorStore {
  errors(query: ErrorQuery): Promise<ErrorPage>
  /** @param now as of which muting has or has not ended; milliseconds since the epoch. */
  error(key: string, service: string | undefined, now: number): Promise<ErrorDetail | undefined>
  /** The newest first. */
  errorOccurrences(
    key: string,
    service: string | undefined,
    limit: number,
  ): Promise<KeptOccurrence[] | undefined>
  /** Settles once it is kept; a group that has been given up meanwhile is left alone. */
  decideError(decision: ErrorDecision): Promise<void>
}
