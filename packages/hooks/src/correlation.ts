import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { logContext } from '@hubline/core'
import { currentExchange, type Exchange } from '@hubline/core/adapter'

interface Scope {
  id: string
  /** The request that it was opened in: another one, which began since, has its own id. */
  exchange: Exchange | undefined
}

const storage = new AsyncLocalStorage<Scope>()

/**
 * Runs `fn` so that every event that a hook, the event bus or a reporter sends in its course carries `correlationId`.
 * In a request that Hubline watches this is not needed: its own id is carried.
 *
 * @example
 * await correlate(message.correlationId, () => handle(message))
 */
export function correlate<T>(correlationId: string, fn: () => T): T {
  return storage.run({ id: correlationId, exchange: currentExchange() }, fn)
}

/** The correlation id of what runs now, if it has one. */
export function currentCorrelationId(): string | undefined {
  const scope = storage.getStore()
  // A server that was started in a scope leaves it with each request.
  if (scope && scope.exchange === currentExchange()) return scope.id
  return logContext().correlation_id
}

/**
 * The same as a header for a call out, so that who is called goes on with it; empty where there is none.
 *
 * @example
 * await fetch(url, { headers: { ...getHub().headers(), ...correlationHeaders() } })
 */
export function correlationHeaders(): Record<string, string> {
  const id = currentCorrelationId()
  return id === undefined ? {} : { 'x-correlation-id': id }
}

/** The same as an option of an event; none where there is none. */
export function correlated(): { correlationId?: string } {
  const correlationId = currentCorrelationId()
  return correlationId === undefined ? {} : { correlationId }
}

/** The correlation id of what runs now, or a new one. */
export function correlationIdOrNew(): string {
  return currentCorrelationId() ?? randomUUID()
}
