/** Bytes that all who share it may hold together. */
export class ByteBudget {
  #used = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** @returns false, taking nothing, when there is no room. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#limit) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}
