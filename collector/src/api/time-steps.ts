import { HttpError } from '../server/errors.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NICE = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  DAY,
  7 * DAY,
]
const WANTED_STEPS = 150
const MAX_STEPS = 2000

/** A range of time cut into steps, which begin at multiples of their length. All in milliseconds since the epoch. */
export interface TimeSteps {
  since: number
  /** Exclusive. */
  until: number
  step: number
}

/**
 * The range asked for, the last hour by default, in steps as asked for or of a length that makes about 100 of them.
 *
 * @throws {HttpError} 400 where the range is empty or has more than 2000 steps.
 */
export function timeSteps(
  given: { since?: number | undefined; until?: number | undefined; step?: number | undefined },
  now: number,
  least: number = SECOND,
): TimeSteps {
  const until = given.until ?? now
  const since = given.since ?? until - HOUR
  if (since >= until) {
    throw new HttpError(
      'invalid_parameter',
      `since is ${iso(since)}, not before until, which is ${iso(until)}; it must be earlier`,
    )
  }
  const length = until - since
  const step = Math.round(
    given.step ??
      NICE.find((nice) => nice >= least && length / nice <= WANTED_STEPS) ??
      length / WANTED_STEPS,
  )
  if (step < SECOND) {
    throw new HttpError('invalid_parameter', `step is ${step} ms; it must be at least 1s`)
  }
  if (length / step > MAX_STEPS) {
    throw new HttpError(
      'invalid_parameter',
      `step is ${step / SECOND} s, which cuts the range into more than ${MAX_STEPS} steps; it must be at least ${Math.ceil(length / MAX_STEPS / SECOND)}s`,
    )
  }
  return { since, until, step }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
