import type {
  NodeType,
  ServiceMap,
  ServiceMapEdge,
  ServiceMapNode,
  ServiceMapQuery,
} from '../../service-map.ts'
import { durationQuantile } from '../duration-histogram.ts'
import { callRange, noCalls, sumCalls, type CallSum } from './call-sums.ts'
import type { PartFiles } from './part-files.ts'

type NodeName = Pick<ServiceMapNode, 'id' | 'type' | 'name'>
type EdgeName = Pick<ServiceMapEdge, 'caller' | 'callee' | 'via'>

/** Who called whom in a range of time, from the minutes or hours that the writer counted. */
export function readServiceMap(files: PartFiles, { since, until }: ServiceMapQuery): ServiceMap {
  const range = callRange(since, until, Date.now())
  const named = nodeNames(files)
  const nodes = new Sums<NodeName>()
  const edges = new Sums<EdgeName>()
  for (const sum of sumCalls(files, range)) {
    if (sum.calls === 0) continue
    const [caller, callee] = [named.service(sum.caller), named.service(sum.callee)]
    const peer = named.peer(sum.peer)
    // What a service took, whoever called.
    if (!caller && !peer) nodes.add(callee!.id, callee!, sum)
    else {
      const [from, to] = [caller ?? peer!, callee ?? peer!]
      nodes.add(from.id, from)
      nodes.add(to.id, to, to.type === 'service' ? undefined : sum)
      const via = caller && callee && peer ? 'queue' : 'call'
      edges.add(`${from.id}\n${to.id}\n${via}`, { caller: from.id, callee: to.id, via }, sum)
    }
  }
  return {
    since: iso(range.from),
    until: iso(range.to),
    nodes: nodes.all
      .map(([node, { calls, errors, durations }]) => {
        return { ...node, calls, errors, p95_ms: durationQuantile(durations, 0.95) }
      })
      .toSorted((a, b) => (a.type === b.type ? compare(a.name, b.name) : compare(a.type, b.type))),
    edges: edges.all
      .map(([edge, { calls, errors, durations }]) => {
        const [p50_ms, p95_ms] = [durationQuantile(durations, 0.5)!, durationQuantile(durations, 0.95)!]
        return { ...edge, calls, errors, p50_ms, p95_ms }
      })
      .toSorted((a, b) => b.calls - a.calls),
  }
}

/** Sums by key, each with what it is of. */
class Sums<Of> {
  readonly #sums = new Map<string, [Of, CallSum]>()

  get all(): [Of, CallSum][] {
    return [...this.#sums.values()]
  }

  add(key: string, of: Of, more?: CallSum): void {
    let entry = this.#sums.get(key)
    if (!entry) this.#sums.set(key, (entry = [of, noCalls()]))
    if (!more) return
    const [, sum] = entry
    sum.calls += more.calls
    sum.errors += more.errors
    for (const [bucket, count] of more.durations.entries()) sum.durations[bucket]! += count
  }
}

interface NodeNames {
  /** Undefined for 0, which is none. */
  service(id: number): NodeName | undefined
  peer(id: number): NodeName | undefined
}

function nodeNames({ catalog }: PartFiles): NodeNames {
  const serviceById = catalog.prepare('SELECT name FROM services WHERE id = ?')
  const serviceByName = catalog.prepare('SELECT 1 FROM services WHERE name = ? AND first_seen_ms IS NOT NULL')
  const peerById = catalog.prepare('SELECT type, name FROM call_peers WHERE id = ?')
  return {
    service(id) {
      return id === 0 ? undefined : node('service', String(serviceById.get(id)?.['name']))
    },
    peer(id) {
      const row = id === 0 ? undefined : peerById.get(id)
      if (!row) return undefined
      const [type, name] = [row['type'] as NodeType, row['name'] as string]
      // A host that is called as a service is: its spans may be sampled away, or come too late to be joined.
      const service = type === 'external' && serviceByName.get(name) !== undefined
      return node(service ? 'service' : type, name)
    },
  }
}

const LOOKS_LIKE_A_PEER = /^(?:service|database|messaging|external):/

function node(type: NodeType, name: string): NodeName {
  return { id: type === 'service' && !LOOKS_LIKE_A_PEER.test(name) ? name : `${type}:${name}`, type, name }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
