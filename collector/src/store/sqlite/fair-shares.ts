/**
 * Who holds how much of the ingest queue.
 *
 * A sender may hold as many bytes as are free. Alone it gets half of the queue, of two that push each gets a third, and
 * so on: there is always room for one who has nothing waiting yet.
 */
export class FairShares {
  readonly #held = new Map<string, number>()

  allows(sender: string, bytes: number, free: number): boolean {
    return this.#heldBy(sender) + bytes <= free
  }

  take(sender: string, bytes: number): void {
    this.#held.set(sender, this.#heldBy(sender) + bytes)
  }

  give(sender: string, bytes: number): void {
    const left = this.#heldBy(sender) - bytes
    if (left > 0) this.#held.set(sender, left)
    else this.#held.delete(sender)
  }

  clear(): void {
    this.#held.clear()
  }

  #heldBy(sender: string): number {
    return this.#held.get(sender) ?? 0
  }
}
