import type { PlacedSpan } from './tree.ts'

/** A stretch of time within a trace, in milliseconds after its begin. */
export interface Stretch {
  from: number
  to: number
}

/** Where the time of a trace went, each by the place of the span in the list. */
export interface Shares {
  /** Milliseconds in which a span ran and no child of it did. */
  selfMs: readonly number[]
  /** When a span alone was what the end of its root waited for; spans that never were are not there. */
  critical: ReadonlyMap<number, readonly Stretch[]>
}

/** Self time and the critical path. Spans of one root that ran beside others, and ended before those, are on no path. */
export function sharesOf(placed: readonly PlacedSpan[]): Shares {
  const children: number[][] = placed.map(() => [])
  for (const [index, { parent }] of placed.entries()) if (parent >= 0) children[parent]!.push(index)
  const selfMs = placed.map((span, index) => selfTime(span, children[index]!, placed))
  const critical = new Map<number, Stretch[]>()
  const open = placed.flatMap(({ depth, startMs, durationMs }, index) =>
    depth === 0 ? [{ index, from: startMs, to: startMs + durationMs }] : [],
  )
  for (let next = open.pop(); next; next = open.pop()) {
    const { index, from, to } = next
    const own: Stretch[] = []
    let at = to
    // From the end backwards: the child that ended last is what was waited for, then what ended before it began.
    for (const child of byEnd(children[index]!, placed, to)) {
      const { startMs } = placed[child]!
      const end = Math.min(to, endOf(placed[child]!))
      if (end > at || end <= from || startMs >= to) continue
      if (at > end) own.push({ from: end, to: at })
      const begin = Math.max(from, startMs)
      open.push({ index: child, from: begin, to: end })
      at = begin
    }
    if (at > from) own.push({ from, to: at })
    if (own.length > 0) critical.set(index, own.toReversed())
  }
  return { selfMs, critical }
}

function byEnd(children: readonly number[], placed: readonly PlacedSpan[], to: number): number[] {
  const end = (index: number) => Math.min(to, endOf(placed[index]!))
  return children.toSorted((a, b) => end(b) - end(a))
}

/** Children come by start, so that one pass over them sees what they cover together. */
function selfTime(
  { startMs, durationMs }: PlacedSpan,
  children: readonly number[],
  placed: readonly PlacedSpan[],
): number {
  let [covered, until] = [0, startMs]
  const end = startMs + durationMs
  for (const child of children) {
    const from = Math.max(until, placed[child]!.startMs)
    const to = Math.min(end, endOf(placed[child]!))
    if (to <= from) continue
    covered += to - from
    until = to
  }
  return Math.max(0, durationMs - covered)
}

function endOf({ startMs, durationMs }: PlacedSpan): number {
  return startMs + durationMs
}
