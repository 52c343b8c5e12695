import type { Clock } from '../clock.ts'

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves on by `ms` milliseconds. */
  advance(ms: number): void
}

/**
 * For tests that assert on times and durations.
 *
 * @param start milliseconds since the epoch, or a date
 * @example
 * const clock = fakeClock('2026-01-31T12:00:00Z')
 * app.use(hubline({ ...sink.options, clock }))
 * clock.advance(250)
 */
export function fakeClock(start: number | string | Date = 0): FakeClock {
  let now = new Date(start).getTime()
  return {
    now: () => now,
    advance(ms) {
      now += ms
    },
  }
}
