const MAX_KNOWN = 10_000

/**
 * Up to when another sign of life tells nothing new of a monitor: it lives, and its silence was put off a moment ago. A busy
 * service is spared a look into the catalog with every commit.
 */
export class QuietMonitors {
  readonly #until = new Map<string, number>()
  #settled = true

  /** Forgets what a transaction before this one said and did not commit. */
  begin(): void {
    if (!this.#settled) this.clear()
    this.#settled = false
  }

  committed(): void {
    this.#settled = true
  }

  /** @param ms milliseconds since the epoch. */
  isQuiet(key: string, ms: number): boolean {
    return ms < (this.#until.get(key) ?? 0)
  }

  set(key: string, until: number): void {
    if (this.#until.size >= MAX_KNOWN) this.clear()
    this.#until.set(key, until)
  }

  delete(key: string): void {
    this.#until.delete(key)
  }

  clear(): void {
    this.#until.clear()
  }
}
