import type { ReadSpan } from '../otlp/read.ts'
import { plain, took } from './plain-text.ts'

/** A span with what the store knows beside it. */
export type TraceSpan = ReadSpan & { service: string; durationMs: number }

interface Node {
  span: TraceSpan
  depth: number
  /** Milliseconds in which none of its children ran. */
  selfMs: number
}

const MOST_WHOLE = 40
const MOST_FAILED = 15
const MOST_SLOW = 20
const MOST_DEPTH = 24

/** Spans as an indented tree; of many those that failed, those that took the most themselves, and the roots. */
export function spanLines(spans: readonly TraceSpan[]): { lines: string[]; shown: number } {
  const nodes = treeOf(spans)
  const start = Number(BigInt(spans[0]?.startTimeUnixNano ?? 0) / 1000n) / 1000
  const chosen = nodes.length <= MOST_WHOLE ? nodes : telling(nodes)
  const lines = chosen.map(({ span, depth, selfMs }) => {
    const at = Math.max(0, Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000 - start)
    const failure =
      span.status.code === 'error'
        ? ` FAILED${span.status.message && `: ${plain(span.status.message, 160)}`}`
        : ''
    const name = `${plain(span.service, 100)} ${plain(span.name, 160)}`
    const self = selfMs < span.durationMs ? `, self ${took(selfMs)}` : ''
    return `${'  '.repeat(Math.min(depth, MOST_DEPTH))}+${took(at)} ${name} (${span.kind}, ${took(span.durationMs)}${self})${failure}`
  })
  return { lines, shown: chosen.length }
}

function telling(nodes: readonly Node[]): Node[] {
  const failed = nodes.filter(({ span }) => span.status.code === 'error').slice(0, MOST_FAILED)
  const slow = nodes.toSorted((a, b) => b.selfMs - a.selfMs).slice(0, MOST_SLOW)
  const roots = nodes.filter(({ depth }) => depth === 0).slice(0, MOST_FAILED)
  const chosen = new Set([...failed, ...slow, ...roots])
  return nodes.filter((node) => chosen.has(node))
}

/** In the order of a tree, by start; one whose parent is not there is a root, and each comes once. */
function treeOf(spans: readonly TraceSpan[]): Node[] {
  const known = new Set(spans.map(({ spanId }) => spanId))
  const children = Map.groupBy(spans, ({ parentSpanId }) =>
    parentSpanId !== null && known.has(parentSpanId) ? parentSpanId : '',
  )
  const seen = new Set<TraceSpan>()
  const nodes: Node[] = []
  const visit = (root: TraceSpan): void => {
    const open = [{ span: root, depth: 0 }]
    for (let next = open.pop(); next; next = open.pop()) {
      if (seen.has(next.span)) continue
      seen.add(next.span)
      const below = children.get(next.span.spanId) ?? []
      nodes.push({ ...next, selfMs: selfTime(next.span, below) })
      for (const span of below.toReversed()) open.push({ span, depth: next.depth + 1 })
    }
  }
  for (const root of children.get('') ?? []) visit(root)
  // Parents in a circle.
  for (const span of spans) visit(span)
  return nodes
}

/** What of its time none of its children covers; they may overlap. */
function selfTime(span: TraceSpan, below: readonly TraceSpan[]): number {
  const end = BigInt(span.endTimeUnixNano)
  let covered = 0n
  let from = BigInt(span.startTimeUnixNano)
  for (const child of below) {
    const [childStart, childEnd] = [BigInt(child.startTimeUnixNano), BigInt(child.endTimeUnixNano)]
    const [begin, finish] = [childStart > from ? childStart : from, childEnd < end ? childEnd : end]
    if (finish <= begin) continue
    covered += finish - begin
    from = finish
  }
  return Math.max(0, span.durationMs - Number(covered) / 1e6)
}
