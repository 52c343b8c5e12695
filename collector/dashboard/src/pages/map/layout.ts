/** What calls and what is called, by id. */
export interface Link {
  caller: string
  callee: string
}

/** Links between the same two are drawn as one. */
export function keyOf({ caller, callee }: Link): string {
  return `${caller}\n${callee}`
}

/** Where a node stands: its column, counted from the left, and its middle, 0 to 1 from the top. */
export interface Place {
  layer: number
  row: number
}

export interface Layout {
  places: ReadonlyMap<string, Place>
  /** By `keyOf`: where a link that is longer than from one column to the next crosses those between, from left to right. */
  crossings: ReadonlyMap<string, readonly Place[]>
  layers: number
  /** How many nodes the fullest column has room for. */
  rows: number
}

const SWEEPS = 8
/** How much room a link takes that crosses a column, in nodes. */
const LANE = 0.4

/** A node, or where a link crosses a column. */
interface Slot {
  id: string
  size: number
}

/**
 * Callers to the left of those they call, in columns, each node near those it is linked to, and longer links between the
 * nodes of the columns that they cross (after Sugiyama). Links that close a ring do not count for the columns.
 */
export function layOut(ids: readonly string[], links: readonly Link[]): Layout {
  const depth = depths(ids, withoutRings(ids, links))
  const columns: Slot[][] = []
  const put = (layer: number, slot: Slot) => void (columns[layer] ??= []).push(slot)
  for (const id of ids) put(depth.get(id)!, { id, size: 1 })
  const linked = new Map<string, string[]>(ids.map((id) => [id, []]))
  const lanes = new Map<string, string[]>()
  for (const link of links) {
    const key = keyOf(link)
    const [left, right] = [depth.get(link.caller), depth.get(link.callee)]
    if (left === undefined || right === undefined || left === right || lanes.has(key)) continue
    const [from, to] = left < right ? [link.caller, link.callee] : [link.callee, link.caller]
    const lane: string[] = []
    for (let layer = Math.min(left, right) + 1; layer < Math.max(left, right); layer++) {
      const id = `${key}\n${layer}`
      lane.push(id)
      linked.set(id, [])
      put(layer, { id, size: LANE })
    }
    lanes.set(key, lane)
    for (const [place, id] of [from, ...lane].entries()) {
      const next = lane[place] ?? to
      linked.get(id)!.push(next)
      linked.get(next)!.push(id)
    }
  }
  const rows = Math.max(0, ...columns.map(sizeOf))
  const order = new Map(columns.flatMap((column) => [...middles(column, rows)]))
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) {
      const wanted = new Map(column.map(({ id }) => [id, mean(linked.get(id)!, order) ?? order.get(id)!]))
      column.sort((a, b) => wanted.get(a.id)! - wanted.get(b.id)!)
      for (const [id, row] of middles(column, rows)) order.set(id, row)
    }
  }
  const places = new Map<string, Place>()
  for (const [layer, column] of columns.entries())
    for (const { id } of column) places.set(id, { layer, row: order.get(id)! })
  const crossings = new Map(
    [...lanes].map(([key, lane]) => [key, lane.map((id) => places.get(id)!)] as const),
  )
  return { places, crossings, layers: columns.length, rows }
}

function sizeOf(column: readonly Slot[]): number {
  return column.reduce((sum, { size }) => sum + size, 0)
}

/** Where the middles of a column's slots are, 0 to 1, of columns that stand around one line. */
function* middles(column: readonly Slot[], rows: number): Generator<[id: string, row: number]> {
  let above = (rows - sizeOf(column)) / 2
  for (const { id, size } of column) {
    yield [id, (above + size / 2) / rows]
    above += size
  }
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

/** The longest way that leads to each; of those that nobody calls the one before what they call. */
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
  for (const [id, calls] of Map.groupBy(links, ({ caller }) => caller))
    if (!callers.has(id)) known.set(id, Math.min(...calls.map(({ callee }) => known.get(callee)!)) - 1)
  return known
}

function mean(ids: readonly string[], order: ReadonlyMap<string, number>): number | undefined {
  if (ids.length === 0) return undefined
  return ids.reduce((sum, id) => sum + (order.get(id) ?? 0), 0) / ids.length
}
