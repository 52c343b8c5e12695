/** Milliseconds since the epoch, `until` exclusive. */
export interface TimeRange {
  since: number
  until: number
}

/** The range of an address that has `since` and `until`: up to now, and `fallbackMs` long where its start is not given. */
export function timeRange(
  { since, until }: { since?: number | undefined; until?: number | undefined },
  now: number,
  fallbackMs: number,
): TimeRange {
  const to = until ?? Math.max(now, since ?? 0)
  const from = since ?? Math.max(0, to - fallbackMs)
  return { since: from, until: to }
}
