import { gather } from '../bytes/bodies.ts'
import type { EventRun } from '../events/envelope.ts'

/** Each event as a run of its own, in the order in which they were made: those of high priority wait first in line. */
export function eachInOrder(events: readonly EventRun[]): EventRun[] {
  return events.flatMap((run) => [...run.each()]).sort((a, b) => a.seq - b.seq)
}

/** What of one run goes before anything of the others: bytes of its page. */
interface Stretch {
  page: Buffer
  from: number
  to: number
}

/** The lines of `events`, in the order in which they were made. */
export function linesInOrder(events: readonly EventRun[]): readonly Uint8Array[] {
  const parts = stretchesOf(events).map(({ page, from, to }) => page.subarray(from, to))
  // Lines are ended in pages, here they are parted.
  const last = parts.pop()
  if (last) parts.push(last.subarray(0, -1))
  return gather(parts)
}

/** Merges runs, each of which is in order, by as much of one as goes before the next. */
function stretchesOf(events: readonly EventRun[]): Stretch[] {
  const stretches: Stretch[] = []
  // The next one is the last. Those of equal numbers, which come from disk, stay in their order.
  const waiting = events
    .map((run) => ({ run, at: run.from, seq: run.seq }))
    .sort((a, b) => a.seq - b.seq)
    .toReversed()
  for (let head = waiting.pop(); head; head = waiting.pop()) {
    const { run, at } = head
    const { page } = run
    const before = waiting.at(-1)?.seq ?? Infinity
    let end = at + 1
    while (end < run.to && page.seqs[end]! < before) end++
    stretches.push({ page: page.buffer, from: page.endOf(at), to: page.endOf(end) })
    if (end === run.to) continue
    const seq = page.seqs[end]!
    waiting.splice(waiting.findLastIndex((each) => each.seq > seq) + 1, 0, { run, at: end, seq })
  }
  return stretches
}
