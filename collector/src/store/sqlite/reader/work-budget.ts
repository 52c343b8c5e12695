/** How much one request may do before it answers with what it has. */
export class WorkBudget {
  #rows: number
  readonly #endsAt: number
  readonly #now: () => number

  /** @param now milliseconds of a clock that never jumps. */
  constructor({ rows, ms }: { rows: number; ms: number }, now: () => number = () => performance.now()) {
    this.#rows = rows
    this.#now = now
    this.#endsAt = now() + ms
  }

  /** Notes that so many rows were looked at. */
  spend(rows: number): void {
    this.#rows -= rows
  }

  get isSpent(): boolean {
    return this.#rows <= 0 || this.#now() >= this.#endsAt
  }
}
