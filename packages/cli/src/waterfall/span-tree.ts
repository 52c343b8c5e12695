/** A span as the collector shows it, as far as it is drawn. */
export interface ShownSpan {
  spanId: string
  parentSpanId: string | null
  service: string
  name: string
  kind: string
  startTimeUnixNano: string
  durationMs: number
  status: { code: string; message: string }
  attributes: Record<string, unknown>
}

/** A span in its place: after its parent, with the lines that lead to it. */
export interface Row {
  span: ShownSpan
  /** Whether each ancestor below the root, and the span itself last, is the last child of its parent. */
  lasts: readonly boolean[]
}

/** Spans in the order of a tree; one whose parent is not there is a root, and each comes once whatever its parents say. */
export function rowsOf(spans: readonly ShownSpan[]): Row[] {
  const ordered = spans.toSorted((a, b) => compare(BigInt(a.startTimeUnixNano), BigInt(b.startTimeUnixNano)))
  const known = new Set(ordered.map(({ spanId }) => spanId))
  const children = new Map<string | null, ShownSpan[]>()
  for (const span of ordered) {
    const { parentSpanId } = span
    const parent = parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : null
    const siblings = children.get(parent)
    if (siblings) siblings.push(span)
    else children.set(parent, [span])
  }
  const seen = new Set<ShownSpan>()
  const rows: Row[] = []
  const visit = (root: ShownSpan): void => {
    const open: Row[] = [{ span: root, lasts: [] }]
    for (let row = open.pop(); row; row = open.pop()) {
      if (seen.has(row.span)) continue
      seen.add(row.span)
      rows.push(row)
      const below = children.get(row.span.spanId) ?? []
      for (const [index, span] of [...below.entries()].toReversed()) {
        open.push({ span, lasts: [...row.lasts.slice(-MOST_LEVELS), index === below.length - 1] })
      }
    }
  }
  for (const root of children.get(null) ?? []) visit(root)
  // Parents in a circle.
  for (const span of ordered) if (!seen.has(span)) visit(span)
  return rows
}

/** Lines of deeper spans are not told apart. */
const MOST_LEVELS = 64

/** `│  └─ ` before the name of a span, in at most so many columns. */
export function branch({ lasts }: Row, columns: number): string {
  if (lasts.length === 0) return ''
  const above = lasts.slice(0, -1).map((isLast) => (isLast ? '   ' : '│  '))
  const own = lasts.at(-1) ? '└─' : '├─'
  const room = Math.max(0, Math.floor(columns / 3) - 1)
  return above.length > room
    ? `${above.slice(0, Math.max(0, room - 1)).join('')}…  ${own} `
    : `${above.join('')}${own} `
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
