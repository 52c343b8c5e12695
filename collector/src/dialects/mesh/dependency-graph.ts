import { Graph, reachable, strongGroups, dependenciesFirst, type Dependency } from './graph.ts'

/** What the shape of the dependencies says, in the words of the mesh. */
export interface DependencyGraph {
  total_services: number
  total_dependencies: number
  /** Those with at least three dependencies in either direction, and twice as many as the average; most first. */
  hub_services: string[]
  isolated_services: string[]
  /** Of each group of services that depend on one another, the shortest circle through its first by name. */
  circular_dependencies: string[][]
  /** The longest chain of dependencies; of equally long ones that with the most calls. Circles are cut. */
  critical_path: string[]
  /** Groups of services that have nothing to do with one another, largest first. */
  clusters: Record<string, string[]>
  average_dependencies: number
}

const HUB_LEAST = 3
const HUB_FACTOR = 2

/** Analyses who depends on whom. Names that only dependencies have count as services. */
export function dependencyGraph(
  services: Iterable<string>,
  dependencies: readonly Dependency[],
): DependencyGraph {
  const graph = new Graph(services, dependencies)
  const { names } = graph
  const total = graph.size
  const degrees = new Map(names.map((name) => [name, graph.after(name).length + graph.before(name).length]))
  const isHub = (degree: number) => degree >= HUB_LEAST && degree * names.length >= HUB_FACTOR * 2 * total
  return {
    total_services: names.length,
    total_dependencies: total,
    hub_services: [...degrees]
      .filter(([, degree]) => isHub(degree))
      .sort(([, a], [, b]) => b - a)
      .map(([name]) => name),
    isolated_services: names.filter((name) => degrees.get(name) === 0),
    circular_dependencies: circles(graph),
    critical_path: longestChain(graph),
    clusters: clusters(graph),
    average_dependencies: names.length === 0 ? 0 : Math.round((total / names.length) * 100) / 100,
  }
}

/** Groups that are connected in any direction, of two and more. */
function clusters(graph: Graph): Record<string, string[]> {
  const seen = new Set<string>()
  const groups: string[][] = []
  for (const name of graph.names) {
    if (seen.has(name)) continue
    const group = reachable(name, (each) => [...graph.after(each), ...graph.before(each)])
    for (const each of group) seen.add(each)
    if (group.size > 1) groups.push([...group].toSorted())
  }
  groups.sort((a, b) => b.length - a.length)
  return Object.fromEntries(groups.map((group, index) => [`cluster_${index + 1}`, group]))
}

function circles(graph: Graph): string[][] {
  return strongGroups(graph)
    .flatMap((group) => {
      const first = [...group].toSorted()[0]!
      return shortestCircle(first, (name) => graph.after(name).filter((next) => group.has(next)))
    })
    .sort(([a], [b]) => (a! < b! ? -1 : 1))
}

/** The shortest way from a service back to itself, breadth first; none or one. */
function shortestCircle(start: string, after: (name: string) => string[]): string[][] {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const at of queue) {
    for (const next of after(at)) {
      if (next === start) return [wayTo(at, cameFrom)]
      if (cameFrom.has(next)) continue
      cameFrom.set(next, at)
      queue.push(next)
    }
  }
  return []
}

function wayTo(end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way: string[] = []
  for (let at: string | undefined = end; at !== undefined; at = cameFrom.get(at)) way.push(at)
  return way.toReversed()
}

interface Chain {
  length: number
  calls: number
  next: string | undefined
}

/** What is not yet known of a service's dependencies is above it in the same circle: there it is cut. */
function longestChain(graph: Graph): string[] {
  const best = new Map<string, Chain>()
  for (const name of dependenciesFirst(graph)) {
    let chain: Chain = { length: 1, calls: 0, next: undefined }
    for (const next of graph.after(name)) {
      const rest = best.get(next)
      if (!rest) continue
      const through = { length: rest.length + 1, calls: rest.calls + graph.calls(name, next), next }
      if (isBetter(through, chain)) chain = through
    }
    best.set(name, chain)
  }
  let first: string | undefined
  for (const name of graph.names) {
    if (first === undefined || isBetter(best.get(name)!, best.get(first)!)) first = name
  }
  const path: string[] = []
  for (let at = first; at !== undefined; at = best.get(at)!.next) path.push(at)
  return path.length > 1 ? path : []
}

function isBetter(a: Chain, b: Chain): boolean {
  return a.length > b.length || (a.length === b.length && a.calls > b.calls)
}
