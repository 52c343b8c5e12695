/** A body has to bring so many bytes within the patience of the budget, or it is slow. */
const STEP_BYTES = 64 * 1024

/** What one body holds of a budget while it is being received. */
export interface Hold {
  /** @returns false, taking nothing, when there is no room. */
  take(bytes: number): boolean
  /** Gives everything back; can be called again. */
  end(): void
}

interface Holder {
  bytes: number
  /** Of the monotonic clock: since when it has not brought the bytes of a step. */
  since: number
  /** What it has brought since then. */
  step: number
  stop: () => void
}

/**
 * Bytes that all who share it may hold together. While there is room everybody may be as slow as they like; when there
 * is none, those who have been slow for longer than the patience make room, the slowest first.
 */
export class ByteBudget {
  #used = 0
  readonly #limit: number
  readonly #patienceMs: number
  readonly #holders = new Set<Holder>()

  constructor(limit: number, patienceMs: number) {
    this.#limit = limit
    this.#patienceMs = patienceMs
  }

  /** @returns false, taking nothing, when there is no room. */
  take(bytes: number): boolean {
    return this.#reserve(bytes, undefined)
  }

  give(bytes: number): void {
    this.#used -= bytes
  }

  /** @param stop called, once, when the body has to make room: what it held is given back already. */
  hold(stop: () => void): Hold {
    const holder: Holder = { bytes: 0, since: performance.now(), step: 0, stop }
    this.#holders.add(holder)
    return {
      take: (bytes) => {
        if (!this.#holders.has(holder) || !this.#reserve(bytes, holder)) return false
        holder.bytes += bytes
        holder.step += bytes
        if (holder.step < STEP_BYTES) return true
        holder.step = 0
        holder.since = performance.now()
        return true
      },
      end: () => this.#release(holder),
    }
  }

  #reserve(bytes: number, own: Holder | undefined): boolean {
    if (this.#used + bytes > this.#limit) this.#evict(bytes, own)
    if (this.#used + bytes > this.#limit) return false
    this.#used += bytes
    return true
  }

  #evict(bytes: number, own: Holder | undefined): void {
    const late = performance.now() - this.#patienceMs
    const slow = [...this.#holders].filter(
      (holder) => holder !== own && holder.bytes > 0 && holder.since <= late,
    )
    for (const holder of slow.toSorted((a, b) => a.since - b.since)) {
      if (this.#used + bytes <= this.#limit) return
      this.#release(holder)
      holder.stop()
    }
  }

  #release(holder: Holder): void {
    if (!this.#holders.delete(holder)) return
    this.#used -= holder.bytes
  }
}
