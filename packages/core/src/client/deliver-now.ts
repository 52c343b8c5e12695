import { AsyncLocalStorage } from 'node:async_hooks'
import type { Delivery } from './delivery.ts'
import { countOf, type Queued } from './queue.ts'
import { Tally } from './losses.ts'

/** Leaves the request in whose course it is sent: the call to the hub is no part of it. */
const outside = AsyncLocalStorage.snapshot()

/**
 * Sends `item` now, ahead of what waits, by the same sender and under the same circuit breaker.
 *
 * @returns undefined once it has arrived, else why it is lost: it is not kept for later
 */
export async function deliverNow<T extends Queued>(
  { sender, tally }: Pick<Delivery<T>, 'sender' | 'tally'>,
  item: T,
  maxRetries?: number,
): Promise<string | undefined> {
  const own = new Tally()
  own.accepted = 1
  const admitted = sender.breaker.admits()
  const left = admitted ? await outside(() => sender.deliver([item], own, maxRetries)) : [item]
  own.drop('unreachable', countOf(left))
  tally.add(own)
  if (left.length === 0) item.release?.()
  if (own.delivered > 0) return undefined
  const reason = sender.lastError ?? 'it is too large'
  return admitted ? reason : `nothing is tried for now: ${reason}`
}
