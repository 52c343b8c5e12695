import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Answer } from '../../api/client.ts'
import { serviceColour } from '../../components/service-name.tsx'
import { counted, duration, percent, rate } from '../../format/numbers.ts'
import { layOut, type Layout } from './layout.ts'

export type ServiceMap = Answer<'service-map'>
export type Node = ServiceMap['nodes'][number]
export type Edge = ServiceMap['edges'][number]

const [NODE_W, NODE_H, GAP_X, GAP_Y, PAD] = [158, 44, 100, 22, 14]
/** Up to so many edges all tell their figures; of more, those that fail and those of the chosen node. */
const FEW = 12
/** A share of failed calls from which on an edge is red. */
const BAD = 0.05

interface GraphProps {
  map: ServiceMap
  seconds: number
  chosen: string | undefined
  choose: (id: string) => void
}

/** Who calls whom, from left to right. */
export function Graph({ map: { nodes, edges }, seconds, chosen, choose }: GraphProps): JSX.Element {
  const layout = useMemo(
    () =>
      layOut(
        nodes.map(({ id }) => id),
        edges,
      ),
    [
      nodes.map(({ id }) => id).join('\n'),
      edges.map(({ caller, callee }) => `${caller}\n${callee}`).join('\n\n'),
    ],
  )
  const size = {
    width: layout.layers * (NODE_W + GAP_X) - GAP_X + 2 * PAD,
    height: Math.max(3, layout.rows) * (NODE_H + GAP_Y) + 2 * PAD,
  }
  const most = Math.max(1, ...edges.map(({ calls }) => calls))
  const near = new Set(
    edges.filter((edge) => isOf(edge, chosen)).flatMap(({ caller, callee }) => [caller, callee]),
  )
  return (
    <div class="graph" tabIndex={0} role="group" aria-label="Services and their calls">
      <div class="paper" style={{ width: `${size.width}px`, height: `${size.height}px` }}>
        <svg width={size.width} height={size.height} aria-hidden="true">
          {edges.map((edge) => (
            <path
              key={`${edge.caller}\n${edge.callee}\n${edge.via}`}
              class={`edge ${toneOf(edge)} ${edge.via}${isOf(edge, chosen) ? '' : ' aside'}`}
              d={curve(edge, layout, size.height)}
              style={{ strokeWidth: `${1.2 + (3 * Math.log1p(edge.calls)) / Math.log1p(most)}px` }}
            />
          ))}
        </svg>
        {edges.map((edge) => {
          const isTold =
            chosen === undefined ? edges.length <= FEW || toneOf(edge) === 'bad' : isOf(edge, chosen)
          if (!isTold) return null
          const [x, y] = labelAt(edge, layout, size.height)
          return (
            <span
              key={`${edge.caller}\n${edge.callee}\n${edge.via}`}
              class="figures-of"
              aria-hidden="true"
              style={{ left: `${x}px`, top: `${y}px` }}
            >
              <b>{often(edge.calls, seconds)}</b>
              {edge.errors > 0 && <b class="bad">{percent(edge.errors / edge.calls)} failed</b>}
              <span>{duration(edge.p95_ms)}</span>
            </span>
          )
        })}
        {nodes.map((node) => {
          const [x, y] = at(node.id, layout, size.height)
          const isAside = chosen !== undefined && node.id !== chosen && !near.has(node.id)
          return (
            <button
              key={node.id}
              type="button"
              data-row
              class={`node ${node.type} ${node.type === 'service' ? serviceColour(node.name) : ''}${isAside ? ' aside' : ''}`}
              aria-pressed={node.id === chosen}
              title={node.name}
              style={{ left: `${x}px`, top: `${y}px` }}
              onClick={() => choose(node.id === chosen ? '' : node.id)}
            >
              <b class="clip">{node.name}</b>
              <small>
                {node.type === 'service' ? '' : `${node.type} `}
                {node.calls === 0 ? 'calls others' : often(node.calls, seconds)}
                {node.errors > 0 && (
                  <span class="bad"> {percent(node.errors / Math.max(1, node.calls))} failed</span>
                )}
              </small>
            </button>
          )
        })}
      </div>
    </div>
  )
}

function isOf({ caller, callee }: Edge, chosen: string | undefined): boolean {
  return chosen === undefined || caller === chosen || callee === chosen
}

export function toneOf({ calls, errors }: Edge): 'bad' | 'warn' | 'plain' {
  if (errors === 0) return 'plain'
  return errors / Math.max(1, calls) >= BAD ? 'bad' : 'warn'
}

/** A rate; of few calls their number, which says more. */
export function often(calls: number, seconds: number): string {
  return calls / seconds < 0.05 ? counted(calls, 'call') : rate(calls / seconds)
}

type Point = readonly [x: number, y: number]

/** The upper left corner of a node, in pixels. */
function at(id: string, { places }: Layout, height: number): Point {
  const { layer, row } = places.get(id) ?? { layer: 0, row: 0 }
  return [PAD + layer * (NODE_W + GAP_X), PAD + row * (height - 2 * PAD) - NODE_H / 2]
}

function ends({ caller, callee }: Edge, layout: Layout, height: number): [Point, Point] {
  const [from, to] = [at(caller, layout, height), at(callee, layout, height)]
  return [
    [from[0] + NODE_W, from[1] + NODE_H / 2],
    [to[0], to[1] + NODE_H / 2],
  ]
}

function curve(edge: Edge, layout: Layout, height: number): string {
  const [[x, y], [toX, toY]] = ends(edge, layout, height)
  // What leads back goes in a bow below.
  if (toX <= x) {
    const low = Math.max(y, toY) + NODE_H
    return `M${x} ${y}C${x + GAP_X / 2} ${low} ${toX - GAP_X / 2} ${low} ${toX} ${toY}`
  }
  const bend = Math.min(GAP_X * 0.55, (toX - x) / 2)
  return `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`
}

/** Nearer to the callee, where the edges of one caller lie apart. */
function labelAt(edge: Edge, layout: Layout, height: number): Point {
  const [[x, y], [toX, toY]] = ends(edge, layout, height)
  if (toX <= x) return [(x + toX) / 2, Math.max(y, toY) + NODE_H * 0.75]
  return [toX - GAP_X / 2 + 2, toY + (y - toY) * 0.3 * Math.min(1, GAP_X / (toX - x))]
}
