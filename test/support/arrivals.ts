interface Waiter {
  check: () => boolean
}

/** Wakes those who wait for something to arrive, at each arrival and at no other time. */
export class Arrivals {
  readonly #waiters = new Set<Waiter>()

  /** To be called after each arrival. */
  announce(): void {
    for (const waiter of this.#waiters) if (waiter.check()) this.#waiters.delete(waiter)
  }

  /**
   * Resolves with the first result of `find` that is not undefined, now or after a later arrival.
   *
   * @throws Error with what `describe` says when `timeoutMs` pass without
   */
  until<T>(find: () => T | undefined, describe: () => string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        check() {
          const found = find()
          if (found === undefined) return false
          clearTimeout(timer)
          resolve(found)
          return true
        },
      }
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        reject(new Error(`waited ${timeoutMs} ms in vain: ${describe()}`))
      }, timeoutMs)
      if (!waiter.check()) this.#waiters.add(waiter)
    })
  }
}
