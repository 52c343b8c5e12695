import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { logContext } from '@hubline/core'

const storage = new AsyncLocalStorage<string>()

/**
 * Runs `fn` so that every event that a hook, the event bus or a reporter sends in its course carries `correlationId`.
 * In a request that Hubline watches this is not needed: its own id is carried.
 *
 * @example
 * await correlate(message.correlationId, () => handle(message))
 */
export function correlate<T>(correlationId: string, fn: () => T): T {
  return storage.run(correlationId, fn)
}

/** The correlation id of what runs now, if it has one. */
export function currentCorrelationId(): string | undefined {
  return storage.getStore() ?? logContext().correlation_id
}

/** The correlation id of what runs now, or a new one. */
export function correlationIdOrNew(): string {
  return currentCorrelationId() ?? randomUUID()
}
