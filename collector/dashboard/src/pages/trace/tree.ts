import type { Span } from './types.ts'

/** A span in its place: below its parent, and on the trace's time axis. */
export interface PlacedSpan {
  span: Span
  /** 0 for a root. */
  depth: number
  /** Milliseconds after the trace's begin. */
  startMs: number
  durationMs: number
  /** Its parent is named but not known here. */
  orphan: boolean
  /** Where its parent stands in the list; -1 for a root. */
  parent: number
  /** How many stand below it, at any depth. */
  below: number
}

/** Spans below their parents, siblings by start; every span once, also where parents form a ring. */
export function placeSpans(spans: readonly Span[], beginNs: bigint): PlacedSpan[] {
  const byStart = spans.toSorted((a, b) => compare(BigInt(a.startTimeUnixNano), BigInt(b.startTimeUnixNano)))
  const known = new Set(spans.map(({ spanId }) => spanId))
  const children = Map.groupBy(byStart, (span) => parentOf(span, known))
  const placed: PlacedSpan[] = []
  const done = new Set<Span>()

  function place(roots: readonly Span[]): void {
    const stack = roots.toReversed().map((span) => ({ span, depth: 0, parent: -1 }))
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { span, depth, parent } = next
      if (done.has(span)) continue
      done.add(span)
      placed.push({
        span,
        depth,
        startMs: millis(BigInt(span.startTimeUnixNano) - beginNs),
        durationMs: span.durationMs,
        orphan: span.parentSpanId !== null && !known.has(span.parentSpanId),
        parent,
        below: 0,
      })
      const here = placed.length - 1
      const below = children.get(span.spanId) ?? []
      for (const each of below.toReversed()) stack.push({ span: each, depth: depth + 1, parent: here })
    }
  }

  place(children.get(null) ?? [])
  for (const span of byStart) if (!done.has(span)) place([span])
  for (const { parent, below } of placed.toReversed()) if (parent >= 0) placed[parent]!.below += below + 1
  return placed
}

/** The first start, in nanoseconds since the epoch; undefined without spans. */
export function beginOf(spans: readonly Span[]): bigint | undefined {
  return spans
    .map((span) => BigInt(span.startTimeUnixNano))
    .reduce<bigint | undefined>((first, start) => {
      return first === undefined || start < first ? start : first
    }, undefined)
}

/** Nanoseconds as milliseconds. */
export function millis(ns: bigint): number {
  return Number(ns) / 1e6
}

function parentOf({ parentSpanId }: Span, known: Set<string>): string | null {
  return parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : null
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
