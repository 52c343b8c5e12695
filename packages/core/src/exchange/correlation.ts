import { EVENT_LIMITS } from '../wire/event.ts'

const VISIBLE = /^[\x21-\x7e]+$/

/** A usable `x-correlation-id`; anything else is as good as none. */
export function correlationFrom(header: unknown): string | undefined {
  if (typeof header !== 'string' || header.length > EVENT_LIMITS.correlationId) return undefined
  return VISIBLE.test(header) ? header : undefined
}
