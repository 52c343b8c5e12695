import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Beats by interval without keeping the process alive; the first beat is when it starts. */
export class Heartbeat {
  readonly #beat: (delayP99Ms: number) => void
  readonly #intervalMs: number
  #timer: NodeJS.Timeout | undefined
  #delay: ReturnType<typeof monitorEventLoopDelay> | undefined

  constructor(intervalMs: number, beat: (delayP99Ms: number) => void) {
    this.#intervalMs = intervalMs
    this.#beat = beat
  }

  start(): void {
    if (this.#timer) return
    this.#delay = monitorEventLoopDelay({ resolution: 20 })
    this.#delay.enable()
    this.#timer = setInterval(() => this.beat(), this.#intervalMs).unref()
    this.beat()
  }

  /** Beats now; the delay is that since the last beat. */
  beat(): void {
    // Without a sample yet, percentile() answers in the histogram's own lowest value or NaN.
    const nanos = this.#delay && this.#delay.count > 0 ? this.#delay.percentile(99) : 0
    this.#delay?.reset()
    this.#beat(Math.round(nanos / 1e3) / 1e3)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#delay?.disable()
  }
}
