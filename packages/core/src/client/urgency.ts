import { PRIORITIES } from '../wire/event.ts'
import type { EventRun } from '../events/envelope.ts'

/** Small, because the first must arrive although there is little time. */
const BATCH_BYTES = 256 * 1024
const BATCH_EVENTS = 500

/** `events` in batches for a receiver's limits, by priority and then the latest first: what has just happened comes before what waited. */
export function mostUrgentFirst(events: readonly EventRun[]): EventRun[][] {
  const rank = ({ priority }: EventRun): number => PRIORITIES.indexOf(priority)
  const batches: EventRun[][] = []
  let bytes = 0
  const each = events.flatMap((run) => [...run.each()])
  for (const event of each.sort((a, b) => rank(b) - rank(a) || b.seq - a.seq)) {
    const batch = batches.at(-1)
    bytes += event.bytes
    if (batch && batch.length < BATCH_EVENTS && bytes <= BATCH_BYTES) {
      batch.push(event)
      continue
    }
    batches.push([event])
    bytes = event.bytes
  }
  return batches
}
