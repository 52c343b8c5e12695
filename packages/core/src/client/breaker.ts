import { backoff } from './backoff.ts'

export type CircuitState = 'closed' | 'open' | 'half_open'

export interface BreakerOptions {
  /** Failures in a row that open the circuit. */
  threshold: number
  /** How long it stays open before a probe may go. */
  recoveryMs: number
}

/** In the words of the event hooks' health answer; `recovery_timeout` is in seconds. */
export interface CircuitMetrics {
  state: CircuitState
  /** Failures in a row. */
  failure_count: number
  /** Probes that found the receiver well again. */
  success_count: number
  failure_threshold: number
  recovery_timeout: number
}

/** So that the clients of one receiver do not all come back in the same moment. */
const SPREAD = 0.25

/**
 * A circuit breaker: after `threshold` failures in a row nothing is sent for `recoveryMs`, then one probe decides.
 *
 * Where nothing listens, a probe costs nobody anything (the connection is refused at once, no body is sent), so it
 * goes after a backoff of five seconds at most: a receiver that is started again is found quickly.
 */
export class Breaker {
  readonly #options: BreakerOptions
  readonly #random: () => number
  #state: CircuitState = 'closed'
  #failures = 0
  #recoveries = 0
  #absent = false
  /** Of the monotonic clock: a jump of the wall clock neither opens nor closes anything. */
  #probeAt = 0

  constructor(options: BreakerOptions, random: () => number = Math.random) {
    this.#options = options
    this.#random = random
  }

  get state(): CircuitState {
    return this.#state
  }

  /** Milliseconds until a probe may go; 0 when one may go now. */
  get waitMs(): number {
    return this.#state === 'open' ? Math.max(0, this.#probeAt - performance.now()) : 0
  }

  /** Whether `admits` would say yes. */
  get ready(): boolean {
    return this.#state === 'closed' || (this.#state === 'open' && this.waitMs === 0)
  }

  /** Whether an attempt may begin; the one that an open circuit admits is its probe. */
  admits(): boolean {
    if (!this.ready) return false
    if (this.#state === 'open') this.#state = 'half_open'
    return true
  }

  /** Lets the probe go now if it costs nothing, or in any case when there will be no later. */
  hasten(noLater: boolean): void {
    if (noLater || this.#absent) this.#probeAt = 0
  }

  succeeded(): void {
    if (this.#state !== 'closed') this.#recoveries++
    this.#state = 'closed'
    this.#failures = 0
  }

  /** `absent`: nothing listened at all. */
  failed(absent: boolean): void {
    this.#failures++
    this.#absent = absent
    if (this.#state === 'closed' && this.#failures < this.#options.threshold) return
    this.#state = 'open'
    this.#probeAt = performance.now() + this.#pauseMs()
  }

  metrics(): CircuitMetrics {
    return {
      state: this.#state,
      failure_count: this.#failures,
      success_count: this.#recoveries,
      failure_threshold: this.#options.threshold,
      recovery_timeout: this.#options.recoveryMs / 1000,
    }
  }

  #pauseMs(): number {
    const { recoveryMs } = this.#options
    if (this.#absent) return Math.min(recoveryMs, backoff(this.#failures, this.#random))
    return recoveryMs * (1 + SPREAD * this.#random())
  }
}
