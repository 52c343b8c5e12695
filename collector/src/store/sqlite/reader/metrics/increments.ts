import type { Series, SeriesPoint } from './series.ts'

const DELTA = 1

/** What was added after `from` and until `to`: all of `now`, without `before` where there is one. */
export interface Increment {
  from: number
  to: number
  now: SeriesPoint
  before: SeriesPoint | undefined
}

/**
 * What each data point of a sum, histogram or summary adds to the one before it.
 *
 * A delta point is an increment of its own. Of cumulative ones the first is only where counting starts, unless its own
 * start is known to lie in what was read; one that started anew, or that became smaller, counts from zero.
 *
 * @param readFrom milliseconds since the epoch from which on all points were read
 * @param isLess whether the second point of two holds less than the first somewhere, which means that it started anew
 */
export function incrementsOf(
  { points, temporality, type }: Series,
  readFrom: number,
  isLess: (before: SeriesPoint, now: SeriesPoint) => boolean,
): Increment[] {
  if (temporality === DELTA && type !== 'summary') {
    return points.map((now) => ({ from: deltaStart(now), to: now.time, now, before: undefined }))
  }
  const increments: Increment[] = []
  let before: SeriesPoint | undefined
  for (const now of points) {
    if (before === undefined) {
      if (now.start > readFrom && now.start <= now.time)
        increments.push({ from: now.start, to: now.time, now, before: undefined })
    } else if (startedAnew(before, now) || isLess(before, now)) {
      const from = startedAnew(before, now) ? now.start : before.time
      increments.push({ from, to: now.time, now, before: undefined })
    } else increments.push({ from: before.time, to: now.time, now, before })
    before = now
  }
  return increments
}

function deltaStart({ start, time }: SeriesPoint): number {
  return start > 0 && start < time ? start : time
}

/** A start that only moves within what was counted already is no restart; some senders move it with every point. */
function startedAnew(before: SeriesPoint, now: SeriesPoint): boolean {
  return now.start >= before.time && now.start <= now.time && now.start !== before.start
}
