import { compareVersions } from './versions.ts'

export const ERROR_STATES = ['open', 'resolved', 'regressed', 'muted'] as const
export type ErrorState = (typeof ERROR_STATES)[number]

/** What was decided about a group. Times are milliseconds since the epoch. */
export interface GroupState {
  state: ErrorState
  /** Since when. */
  stateMs: number
  /** Of a resolved or regressed group: the version that should have put it right; null when it was simply resolved. */
  resolvedVersion: string | null
  /** Of a muted group; null for no such end. */
  mutedUntilMs: number | null
  /** Of a muted group: the count of the group at which it is heard again. */
  mutedUntilCount: number | null
}

/** What a person decides. */
export type StateChange =
  | { to: 'resolved'; version: string | null }
  | { to: 'muted'; untilMs: number | null; more: number | null }
  | { to: 'open' }

const NO_ENDS = { resolvedVersion: null, mutedUntilMs: null, mutedUntilCount: null }

/** The state after a decision, of a group that counts so many. */
export function decided(change: StateChange, count: number, now: number): GroupState {
  const made = { ...NO_ENDS, state: change.to, stateMs: now }
  if (change.to === 'resolved') return { ...made, resolvedVersion: change.version }
  if (change.to === 'open') return made
  const mutedUntilCount = change.more === null ? null : count + change.more
  return { ...made, mutedUntilMs: change.untilMs, mutedUntilCount }
}

/** The state as of now: muting ends by itself. */
export function stateAt(group: GroupState, now: number): GroupState {
  const { state, mutedUntilMs } = group
  if (state !== 'muted' || mutedUntilMs === null || mutedUntilMs > now) return group
  return { ...NO_ENDS, state: 'open', stateMs: mutedUntilMs }
}

/** An occurrence, as far as it bears on the state of its group. */
export interface StateOccurrence {
  timeMs: number
  version: string | null
  /** Of the group, with this one. */
  count: number
  /** When the service was first seen in that version, and in the one that the group was resolved in; null for never. */
  firstSeen(version: string): number | null
}

/**
 * The state once an occurrence came.
 *
 * A group that was resolved as of now regresses with whatever happened later. One that was resolved in a version
 * regresses only with an occurrence from that version or a newer one: by Semantic Versioning where both have its form, else
 * by which was seen first. An occurrence that names no version is taken to be from an older one.
 */
export function afterOccurrence(group: GroupState, occurrence: StateOccurrence): GroupState {
  const before = stateAt(group, occurrence.timeMs)
  if (before.state === 'muted') {
    const { mutedUntilCount } = before
    if (mutedUntilCount === null || occurrence.count < mutedUntilCount) return before
    return { ...NO_ENDS, state: 'open', stateMs: occurrence.timeMs }
  }
  if (before.state !== 'resolved' || !comesBack(before, occurrence)) return before
  return { ...before, state: 'regressed', stateMs: occurrence.timeMs }
}

function comesBack({ stateMs, resolvedVersion }: GroupState, occurrence: StateOccurrence): boolean {
  const { timeMs, version, firstSeen } = occurrence
  if (resolvedVersion === null) return timeMs > stateMs
  if (version === null) return false
  const order = compareVersions(version, resolvedVersion)
  if (order !== undefined) return order >= 0
  const [seen, resolvedSeen] = [firstSeen(version), firstSeen(resolvedVersion)]
  return seen === null || seen > (resolvedSeen ?? stateMs)
}
