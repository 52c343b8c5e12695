/** `from` depends on `to`: it calls it, or is sent what it sends. */
export interface Dependency {
  from: string
  to: string
  calls: number
}

/** Everything by name, so that the same dependencies give the same answer. */
export class Graph {
  readonly names: string[]
  readonly size: number
  readonly #after = new Map<string, Map<string, number>>()
  readonly #before = new Map<string, Set<string>>()

  constructor(services: Iterable<string>, dependencies: readonly Dependency[]) {
    this.names = [...new Set([...services, ...dependencies.flatMap(({ from, to }) => [from, to])])].toSorted()
    for (const name of this.names) {
      this.#after.set(name, new Map())
      this.#before.set(name, new Set())
    }
    for (const { from, to, calls } of dependencies) {
      const out = this.#after.get(from)!
      out.set(to, (out.get(to) ?? 0) + calls)
      this.#before.get(to)!.add(from)
    }
    this.size = this.names.reduce((sum, name) => sum + this.#after.get(name)!.size, 0)
  }

  /** What it depends on. */
  after(name: string): string[] {
    return [...this.#after.get(name)!.keys()].toSorted()
  }

  before(name: string): string[] {
    return [...this.#before.get(name)!]
  }

  calls(from: string, to: string): number {
    return this.#after.get(from)!.get(to) ?? 0
  }
}

/** Every service after all that it depends on, but for the circles. Without recursion, as a chain may be long. */
export function dependenciesFirst(graph: Graph): string[] {
  const done = new Set<string>()
  const open = new Set<string>()
  for (const start of graph.names) {
    const stack = [start]
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      const isNew = !done.has(at) && !open.has(at)
      open.add(at)
      const waiting = isNew ? graph.after(at).filter((next) => !done.has(next) && !open.has(next)) : []
      if (waiting.length > 0) {
        stack.push(...waiting)
        continue
      }
      stack.pop()
      done.add(at)
    }
  }
  return [...done]
}

/** The groups of services that lead to one another; most have one member. */
export function strongGroups(graph: Graph): Set<string>[] {
  const seen = new Set<string>()
  const groups: Set<string>[] = []
  for (const name of dependenciesFirst(graph).toReversed()) {
    if (seen.has(name)) continue
    const group = reachable(name, (each) => graph.before(each).filter((next) => !seen.has(next)))
    for (const each of group) seen.add(each)
    groups.push(group)
  }
  return groups
}

export function reachable(start: string, neighbours: (name: string) => string[]): Set<string> {
  const seen = new Set([start])
  for (const at of seen) for (const next of neighbours(at)) seen.add(next)
  return seen
}
