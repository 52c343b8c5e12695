import { keyOf, type Layout, type Link } from './layout.ts'

export const [NODE_W, NODE_H, GAP_X, GAP_Y, PAD] = [158, 44, 116, 22, 14]
/** About what the figures of a link take, in pixels. */
const LABEL_W = 64
/** Where on the way between two columns figures may stand, best first. */
const STANDS = [0.5, 0.38, 0.62, 0.28, 0.72, 0.2]
const HEAD = 6

export type Point = readonly [x: number, y: number]

export interface Size {
  width: number
  height: number
}

/** How a link is drawn, and where its figures stand. */
export interface Route {
  path: string
  label: Point
}

export function sizeOf({ layers, rows }: Layout): Size {
  return {
    width: layers * (NODE_W + GAP_X) - GAP_X + 2 * PAD,
    height: Math.max(3, rows) * (NODE_H + GAP_Y) + 2 * PAD,
  }
}

/** The upper left corner of a node, in pixels. */
export function cornerOf(id: string, layout: Layout): Point {
  const { layer, row } = layout.places.get(id) ?? { layer: 0, row: 0 }
  const [x, y] = middleOf(layer, row, sizeOf(layout))
  return [x, y - NODE_H / 2]
}

/**
 * Links from node to node, between the nodes of the columns on their way; figures that are told do not cover one another.
 *
 * @param told how high the figures of a link are, in pixels
 */
export function routesOf<Of extends Link>(
  links: readonly Of[],
  layout: Layout,
  told: ReadonlyMap<Of, number>,
): Map<Of, Route> {
  const taken: { at: Point; height: number }[] = []
  const routes = new Map<Of, Route>()
  for (const link of links) {
    const steps = stepsOf(link, layout)
    const height = told.get(link)
    const stands = steps.flatMap(([from, to]) => STANDS.map((at) => along(from, to, at)))
    const isFree = (stand: Point) =>
      height === undefined || taken.every((other) => isApart(stand, other.at, (height + other.height) / 2))
    const label = stands.find(isFree) ?? stands[0]!
    if (height !== undefined) taken.push({ at: label, height })
    routes.set(link, { path: pathOf(link, steps), label })
  }
  return routes
}

/** The ways from column to column, in the direction of the call: the last one ends at the callee. */
function stepsOf(link: Link, layout: Layout): [Point, Point][] {
  const size = sizeOf(layout)
  const [caller, callee] = [cornerOf(link.caller, layout), cornerOf(link.callee, layout)]
  const isBack = callee[0] < caller[0]
  const edge = ([x, y]: Point, isRight: boolean): Point => [isRight ? x + NODE_W : x, y + NODE_H / 2]
  const lanes = (layout.crossings.get(keyOf(link)) ?? []).map(({ layer, row }) => middleOf(layer, row, size))
  const points = [edge(caller, !isBack)]
  for (const [x, y] of isBack ? lanes.toReversed() : lanes) {
    const ends: [Point, Point] = [
      [x, y],
      [x + NODE_W, y],
    ]
    points.push(...(isBack ? ends.toReversed() : ends))
  }
  points.push(edge(callee, isBack))
  return Array.from({ length: points.length / 2 }, (_, index) => [points[index * 2]!, points[index * 2 + 1]!])
}

function pathOf({ caller, callee }: Link, steps: readonly (readonly [Point, Point])[]): string {
  const [x, y] = steps.at(-1)![1]
  const [fromX, fromY] = steps[0]![0]
  const low = y + NODE_H
  // Who calls itself has a bow below.
  const drawn =
    caller === callee
      ? `M${fromX} ${fromY}C${fromX + 30} ${low} ${x - 30} ${low} ${x} ${y}`
      : steps
          .map(([from, to], index) => `${index === 0 ? 'M' : 'L'}${from.join(' ')}C${bends(from, to)}`)
          .join('')
  const tail = caller !== callee && x < fromX ? x + HEAD : x - HEAD
  return `${drawn}M${tail} ${y - HEAD}L${x} ${y}L${tail} ${y + HEAD}`
}

function bends(from: Point, to: Point): string {
  const bend = (to[0] - from[0]) * 0.55
  return `${from[0] + bend} ${from[1]} ${to[0] - bend} ${to[1]} ${to.join(' ')}`
}

/** A point on the way between two columns. */
function along([x, y]: Point, [toX, toY]: Point, at: number): Point {
  const back = 1 - at
  const bend = (toX - x) * 0.55
  const [a, b, c, d] = [back ** 3, 3 * back ** 2 * at, 3 * back * at ** 2, at ** 3]
  return [a * x + b * (x + bend) + c * (toX - bend) + d * toX, (a + b) * y + (c + d) * toY]
}

function isApart([x, y]: Point, [otherX, otherY]: Point, height: number): boolean {
  return Math.abs(x - otherX) >= LABEL_W || Math.abs(y - otherY) >= height
}

function middleOf(layer: number, row: number, { height }: Size): Point {
  return [PAD + layer * (NODE_W + GAP_X), PAD + row * (height - 2 * PAD)]
}
