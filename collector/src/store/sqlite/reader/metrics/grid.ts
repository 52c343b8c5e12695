/** A range of time cut into steps of the same length. All in milliseconds since the epoch. */
export class Grid {
  /** Start of the first step, a multiple of the length. */
  readonly first: number
  readonly step: number
  readonly length: number
  readonly until: number

  constructor({ since, until, step }: { since: number; until: number; step: number }) {
    this.first = Math.floor(since / step) * step
    this.step = step
    this.length = Math.ceil((until - this.first) / step)
    this.until = until
  }

  get starts(): number[] {
    return Array.from({ length: this.length }, (_, at) => this.first + at * this.step)
  }

  /** The step that holds a moment; its start belongs to it. Below 0 before the range, its length from the end of it on. */
  at(time: number): number {
    return time >= this.until ? this.length : Math.floor((time - this.first) / this.step)
  }

  /**
   * Shares out what happened after `from` and until `to` evenly, by the time that each step has of it; what was outside of
   * the range has no step. What happened in no time belongs to the step that ends with it or has it.
   */
  spread(from: number, to: number, add: (step: number, share: number) => void): void {
    const length = to - from
    if (!(length > 0)) {
      const at = Math.ceil((to - this.first) / this.step) - 1
      if (at >= 0 && at < this.length && to <= this.until) add(at, 1)
      return
    }
    const start = Math.max(0, this.at(from))
    const end = Math.min(this.length - 1, Math.ceil((to - this.first) / this.step) - 1)
    for (let at = start; at <= end; at++) {
      const begins = this.first + at * this.step
      const overlap = Math.min(to, begins + this.step, this.until) - Math.max(from, begins)
      if (overlap > 0) add(at, overlap / length)
    }
  }
}
