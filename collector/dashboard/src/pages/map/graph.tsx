import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { Answer } from '../../api/client.ts'
import { serviceColour } from '../../components/service-name.tsx'
import { counted, duration, percent, rate } from '../../format/numbers.ts'
import { layOut } from './layout.ts'
import { cornerOf, routesOf, sizeOf } from './routes.ts'

export type ServiceMap = Answer<'service-map'>
export type Node = ServiceMap['nodes'][number]
export type Edge = ServiceMap['edges'][number]

/** Up to so many edges all tell their figures; of more, those that fail and those of the chosen node. */
const FEW = 12
/** A share of failed calls from which on an edge is red. */
const BAD = 0.05

interface GraphProps {
  map: ServiceMap
  /** In which the calls came. */
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
  const size = sizeOf(layout)
  const isTold = (edge: Edge) =>
    chosen === undefined ? edges.length <= FEW || toneOf(edge) === 'bad' : isOf(edge, chosen)
  const told = edges.filter(isTold)
  const routes = routesOf(edges, layout, new Map(told.map((edge) => [edge, edge.errors > 0 ? 41 : 28])))
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
              d={routes.get(edge)!.path}
              style={{ strokeWidth: `${1.2 + (3 * Math.log1p(edge.calls)) / Math.log1p(most)}px` }}
            />
          ))}
        </svg>
        {told.map((edge) => {
          const [x, y] = routes.get(edge)!.label
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
          const [x, y] = cornerOf(node.id, layout)
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
