/** Where times come from. */
export interface Clock {
  /** Milliseconds since the epoch, with fractions. */
  now(): number
}

/** Wall-clock time that never goes backwards while the process runs. */
export const systemClock: Clock = { now: () => ORIGIN + performance.now() }

// Node works it out anew whenever it is asked.
const ORIGIN = performance.timeOrigin
