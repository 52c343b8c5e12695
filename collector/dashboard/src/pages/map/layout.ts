/** What calls and what is called, by id. */
export interface Link {
  caller: string
  callee: string
}

/** Where a node stands: its column, counted from the left, and its place in it, 0 to 1 from the top. */
export interface Place {
  layer: number
  row: number
}

export interface Layout {
  places: ReadonlyMap<string, Place>
  layers: number
  /** The most nodes that stand in one column. */
  rows: number
}

const SWEEPS = 8

/**
 * Callers to the left of those they call, in columns, each node near those it is linked to (after Sugiyama). Links that
 * close a ring do not count for the columns.
 */
export function layOut(ids: readonly string[], links: readonly Link[]): Layout {
  const forward = withoutRings(ids, links)
  const depth = depths(ids, forward)
  const columns: string[][] = []
  for (const id of ids) (columns[depth.get(id)!] ??= []).push(id)
  const linked = neighbours(ids, forward)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = new Map(
      columns.flatMap((column) => column.map((id, row) => [id, middle(row, column.length)])),
    )
    const isDown = sweep % 2 === 0
    for (const column of isDown ? columns : columns.toReversed()) {
      const wanted = new Map(column.map((id) => [id, mean(linked.get(id)!, order) ?? order.get(id)!]))
      column.sort((a, b) => wanted.get(a)! - wanted.get(b)!)
      for (const [row, id] of column.entries()) order.set(id, middle(row, column.length))
    }
  }
  const places = new Map<string, Place>()
  for (const [layer, column] of columns.entries())
    for (const [row, id] of column.entries()) places.set(id, { layer, row: middle(row, column.length) })
  return { places, layers: columns.length, rows: Math.max(0, ...columns.map(({ length }) => length)) }
}

/** Links that lead back to where a walk came from are left out. */
function withoutRings(ids: readonly string[], links: readonly Link[]): Link[] {
  const from = Map.groupBy(links, ({ caller }) => caller)
  const called = new Set(links.map(({ callee }) => callee))
  const state = new Map<string, 'open' | 'done'>()
  const kept: Link[] = []
  const walk = (id: string) => {
    state.set(id, 'open')
    for (const link of from.get(id) ?? []) {
      const known = state.get(link.callee)
      if (known === 'open') continue
      kept.push(link)
      if (known === undefined) walk(link.callee)
    }
    state.set(id, 'done')
  }
  // Those that nobody calls first, so that rings are cut where the way in does not lead.
  for (const id of ids) if (!called.has(id)) walk(id)
  for (const id of ids) if (!state.has(id)) walk(id)
  return kept
}

/** The longest way that leads to each. */
function depths(ids: readonly string[], links: readonly Link[]): Map<string, number> {
  const callers = Map.groupBy(links, ({ callee }) => callee)
  const known = new Map<string, number>()
  const depth = (id: string): number => {
    const before = known.get(id)
    if (before !== undefined) return before
    const found = Math.max(0, ...(callers.get(id) ?? []).map(({ caller }) => depth(caller) + 1))
    known.set(id, found)
    return found
  }
  for (const id of ids) depth(id)
  return known
}

function neighbours(ids: readonly string[], links: readonly Link[]): Map<string, string[]> {
  const linked = new Map(ids.map((id): [string, string[]] => [id, []]))
  for (const { caller, callee } of links) {
    linked.get(caller)?.push(callee)
    linked.get(callee)?.push(caller)
  }
  return linked
}

function mean(ids: readonly string[], order: ReadonlyMap<string, number>): number | undefined {
  if (ids.length === 0) return undefined
  return ids.reduce((sum, id) => sum + (order.get(id) ?? 0), 0) / ids.length
}

function middle(row: number, rows: number): number {
  return (row + 0.5) / rows
}
