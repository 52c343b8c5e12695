import { createHash } from 'node:crypto'

/**
 * What tells one exception from another: 16 bytes made of its trace, span, type and message. Null for one outside any
 * span, which nothing tells apart.
 */
export type ExceptionMark = Uint8Array | null

/** An SDK may cut an attribute of a span event shorter than that of a log record. */
export const MESSAGE_LENGTH = 100

/** The mark of an exception in a span; both ids as bytes. */
export function markInSpan(
  traceId: Uint8Array,
  spanId: Uint8Array,
  { type, message }: { type: string; message: string },
): Uint8Array {
  const hash = createHash('sha256').update(traceId).update(spanId)
  hash.update(JSON.stringify([type, message.slice(0, MESSAGE_LENGTH)]))
  return hash.digest().subarray(0, 16)
}

/**
 * The mark of an exception in a span as its service told of it: a span's ids travel with calls, so another service may
 * name the same span, and must neither hide nor move what is not its own.
 */
export function markOfService(service: number, mark: Uint8Array): Uint8Array {
  return createHash('sha256').update(`service ${service} `).update(mark).digest().subarray(0, 16)
}

/** The mark of an exception outside any span that an event tells of, and a log record that names the event. */
export function markOfEvent(service: number, eventId: string): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify(['event', service, eventId]))
    .digest()
    .subarray(0, 16)
}
