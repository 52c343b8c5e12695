import { HttpError } from '../server/errors.ts'

/** Milliseconds since the epoch, `until` exclusive. */
export interface TimeRange {
  since: number
  until: number
}

/**
 * The range of an address that has `since` and `until`: up to now, and `fallbackMs` long where its start is not given.
 *
 * @throws {HttpError} 400 when it ends before it starts.
 */
export function timeRange(
  { since, until }: { since?: number | undefined; until?: number | undefined },
  now: number,
  fallbackMs: number,
): TimeRange {
  const to = until ?? Math.max(now, since ?? 0)
  const from = since ?? Math.max(0, to - fallbackMs)
  if (from <= to) return { since: from, until: to }
  const given = `${new Date(from).toISOString()} is after until, ${new Date(to).toISOString()}`
  throw new HttpError('invalid_parameter', `since ${given}; it must be a time before it`)
}
