/** Clocks are corrected by less than this without a jump; milliseconds. */
const JUMP_MS = 1000
/** The timer may be so late before it counts as time in which nobody was heard. */
const STALL_MS = 5000

export interface Look {
  /** Milliseconds since the epoch. */
  now: number
  /** How far the clock was set forward or back since the last look; milliseconds. */
  jump: number
  /** For how long since the last look nobody could be heard; milliseconds. */
  pause: number
}

export interface LookOutOptions {
  /** Milliseconds between two looks. */
  everyMs: number
  clock: () => number
  /** Milliseconds of a clock that goes with `clock` but is never set. */
  elapsed: () => number
  /** Milliseconds that really pass. */
  real?: () => number
}

/**
 * Tells what happened to the collector itself between two looks at the monitors: its clock was set, it stood still (a
 * machine asleep, a thread held up), or it had to refuse what came. None of that makes a sender late.
 */
export class LookOut {
  #refused = false
  #last: { now: number; elapsed: number; real: number }
  readonly #options: Required<LookOutOptions>

  constructor(options: LookOutOptions) {
    this.#options = { real: () => performance.now(), ...options }
    this.#last = this.#read()
  }

  /** Something was refused for want of room: it may have been a heartbeat. */
  refused(): void {
    this.#refused = true
  }

  look(): Look {
    const { everyMs } = this.#options
    const before = this.#last
    const { now, elapsed, real } = (this.#last = this.#read())
    const jumped = now - before.now - (elapsed - before.elapsed)
    const stalled = real - before.real - everyMs
    const refused = this.#refused ? everyMs : 0
    this.#refused = false
    return {
      now,
      jump: Math.abs(jumped) > JUMP_MS ? jumped : 0,
      pause: stalled > STALL_MS ? stalled : refused,
    }
  }

  #read(): { now: number; elapsed: number; real: number } {
    const { clock, elapsed, real } = this.#options
    return { now: clock(), elapsed: elapsed(), real: real() }
  }
}
