import type { EventsReceipt, Rejection } from '../../store.ts'
import type { EventWrite } from './event-writer.ts'

/** What the sender of a batch is told once its events are committed. */
export function batchReceipt(writes: readonly EventWrite[], rejected: Rejection[]): EventsReceipt {
  const duplicates = writes.filter((write) => write.duplicateOf !== undefined).length
  const expired = writes.filter((write) => write.part === undefined).length
  return { kind: 'batch', accepted: writes.length - duplicates - expired, duplicates, expired, rejected }
}

/** What the sender of one event is told once it is committed. */
export function singleReceipt(
  write: EventWrite | undefined,
  rejection: Rejection | undefined,
): EventsReceipt {
  if (write === undefined) return { kind: 'rejected', rejection: rejection! }
  const { id, type, source, occurred_at } = write.decoded.event
  const created_at = new Date(write.duplicateOf ?? write.receivedAt).toISOString()
  const repeated = write.duplicateOf === undefined ? 'stored' : 'duplicate'
  const kind = write.part === undefined ? 'expired' : repeated
  const { name, published } = write.decoded
  const words = { ...(name !== undefined && { name }), ...(published && { published }) }
  return { kind, id, type, source, occurred_at, created_at, ...words }
}
