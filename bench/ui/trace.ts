import { randomBytes } from 'node:crypto'
import { Poster, SPANS_JSON } from '../ingest/post.ts'

const SERVICES = 40
/** How many spans each one may have below it, by how deep it is. */
const BRANCHES = [25, 10, 4, 3]
const NAMES = ['GET /orders/:id', 'SELECT orders', 'reserve items', 'POST /payments', 'render', 'cache get']
const START_MS = 1000

/**
 * Sends one trace: a tree of spans of forty services, each within its parent, of which some failed.
 *
 * @returns its id.
 */
export async function sendTrace(url: string, spans: number): Promise<string> {
  const traceId = randomBytes(16).toString('hex')
  const start = BigInt(Date.now() - START_MS) * 1_000_000n
  const made = treeOf(spans).map(({ parent, depth, fromMs, lengthMs }, n) => ({
    service: n % SERVICES,
    span: {
      traceId,
      spanId: idOf(n),
      ...(parent !== undefined && { parentSpanId: idOf(parent) }),
      name: NAMES[n % NAMES.length],
      kind: depth % 2 === 0 ? 2 : 3,
      startTimeUnixNano: String(start + nanos(fromMs)),
      endTimeUnixNano: String(start + nanos(fromMs + lengthMs)),
      attributes: [
        { key: 'http.request.method', value: { stringValue: 'GET' } },
        { key: 'http.response.status_code', value: { intValue: n % 97 === 96 ? '500' : '200' } },
      ],
      ...(n % 97 === 96 && { status: { code: 2, message: 'the upstream did not answer' } }),
    },
  }))
  const resourceSpans = [...Map.groupBy(made, ({ service }) => service)].map(([service, all]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: `service-${service}` } }] },
    scopeSpans: [{ spans: all.map(({ span }) => span) }],
  }))
  const poster = new Poster(url, 1)
  await poster.post(SPANS_JSON, Buffer.from(JSON.stringify({ resourceSpans })))
  poster.end()
  return traceId
}

interface TreeSpan {
  parent: number | undefined
  depth: number
  /** Milliseconds after the begin of the trace. */
  fromMs: number
  lengthMs: number
}

/** Level by level, so many children side by side within each span, until there are enough. */
function treeOf(size: number): TreeSpan[] {
  const tree: TreeSpan[] = [{ parent: undefined, depth: 0, fromMs: 0, lengthMs: START_MS }]
  for (let parent = 0; tree.length < size; parent++) {
    const { depth, fromMs, lengthMs } = tree[parent]!
    const branches = BRANCHES[depth] ?? 2
    for (let n = 0; n < branches && tree.length < size; n++) {
      const share = lengthMs / branches
      tree.push({ parent, depth: depth + 1, fromMs: fromMs + n * share, lengthMs: share * 0.9 })
    }
  }
  return tree
}

const idOf = (n: number) => (n + 1).toString(16).padStart(16, '0')
const nanos = (ms: number) => BigInt(Math.round(ms * 1e6))
