import { AsyncLocalStorage } from 'node:async_hooks'
import type { EventClient } from '@hubline/core/adapter'

/** A client outlives the request in whose course it happens to be opened. */
const outside = AsyncLocalStorage.snapshot()

/**
 * A client that is opened by its first use, so that the environment may be loaded after what holds it was made.
 * Once closed it stays closed.
 */
export class LazyClient {
  readonly #open: () => EventClient
  #client: EventClient | undefined

  constructor(open: () => EventClient) {
    this.#open = open
  }

  get(): EventClient {
    return (this.#client ??= outside(() => this.#open()))
  }

  async flush(deadlineMs?: number): Promise<void> {
    await this.#client?.flush(deadlineMs)
  }

  async close(deadlineMs?: number): Promise<void> {
    await this.get().close(deadlineMs)
  }
}
