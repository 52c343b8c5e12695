import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { href, useQuery } from '../../app/router.ts'
import { useNow, WINDOWS, windowOf } from '../../app/window.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { counted, duration, percent } from '../../format/numbers.ts'
import { Graph, often, toneOf, type Edge, type ServiceMap } from './graph.tsx'
import { Mermaid } from './mermaid.tsx'
import './map.css'

const MOST_NODES = 60
const MIN_SECONDS = 15

type Order = 'rate' | 'failed' | 'p95'

/** Who calls whom, how often, how often in vain, and how long it takes. */
export default function MapPage(): JSX.Element {
  const [query, change] = useQuery()
  const window = windowOf(query.get('window'))
  const now = useNow()
  const since = useMemo(() => new Date(now - window.ms).toISOString(), [now, window])
  const { data: whole, error, again } = useRead('service-map', { since })
  const chosen = whole?.nodes.find(({ id }) => id === query.get('node'))?.id
  const data = useMemo(() => whole && partOf(whole, chosen), [whole, chosen])
  const seconds = useSeconds(now, window.ms)
  const isDrawn = query.get('as') === 'mermaid'
  const failing = whole?.edges.filter((edge) => toneOf(edge) === 'bad').length ?? 0
  return (
    <div class="map-page">
      <Panel
        title="Service map"
        {...(whole && {
          note: (
            <>
              {counted(whole.nodes.filter(({ type }) => type === 'service').length, 'service')},{' '}
              {counted(whole.edges.length, 'link')}
              {failing > 0 && ', '}
              {failing > 0 && <b class="bad">{failing} failing</b>}
            </>
          ),
        })}
        actions={
          <>
            <button
              type="button"
              aria-pressed={isDrawn}
              onClick={() => change({ as: isDrawn ? '' : 'mermaid' })}
            >
              Mermaid
            </button>
            {whole && whole.nodes.length > 0 && (
              <Dropdown
                label="Around"
                value={chosen ?? ''}
                set={(node) => change({ node })}
                options={[
                  { value: '', label: 'all' },
                  ...whole.nodes.map(({ id, name }) => ({ value: id, label: name })).toSorted(byLabel),
                ]}
              />
            )}
            <Dropdown
              label="Over"
              value={window.value}
              set={(to) => change({ window: to === '1h' ? '' : to })}
              options={WINDOWS}
            />
          </>
        }
      >
        <Problem error={error} again={again} />
        {data?.nodes.length === 0 && (
          <EmptyState
            title="No service has called another"
            steps={[
              {
                say: 'Where services send their traces:',
                line: `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}`,
              },
            ]}
          >
            Calls are known from spans: of those who call, and of those who are called.
          </EmptyState>
        )}
        {data && data.nodes.length > 0 && (
          <Graph map={data} seconds={seconds} chosen={chosen} choose={(id) => change({ node: id })} />
        )}
        {whole && data && whole.nodes.length > data.nodes.length && (
          <p class="nothing">
            {data.nodes.length} of {whole.nodes.length} are drawn:{' '}
            {chosen === undefined
              ? 'those that fail and those called most. Choose one to see what is around it.'
              : 'what is around the chosen one.'}
          </p>
        )}
        {!data && !error && <p class="nothing">Reading the map</p>}
        {isDrawn && <Mermaid since={since} />}
      </Panel>
      {whole && whole.edges.length > 0 && <Calls map={whole} seconds={seconds} />}
    </div>
  )
}

/** More nodes than can be looked through: then the chosen one and what is around it, or those that fail and are called most. */
function partOf(map: ServiceMap, chosen: string | undefined): ServiceMap {
  if (map.nodes.length <= MOST_NODES) return map
  const wanted = new Set<string>(chosen === undefined ? [] : [chosen])
  const near = map.edges.filter((edge) =>
    chosen === undefined ? toneOf(edge) === 'bad' : edge.caller === chosen || edge.callee === chosen,
  )
  for (const { caller, callee } of near) wanted.add(caller).add(callee)
  const often = map.nodes.toSorted((a, b) => b.calls - a.calls)
  for (const { id } of often) if (chosen === undefined && wanted.size < MOST_NODES) wanted.add(id)
  return {
    ...map,
    nodes: map.nodes.filter(({ id }) => wanted.has(id)),
    edges: map.edges.filter(({ caller, callee }) => wanted.has(caller) && wanted.has(callee)),
  }
}

/** How much of the window can be told of: since the first service was seen. */
function useSeconds(now: number, windowMs: number): number {
  const { data } = useRead('services', {})
  const first = useMemo(
    () => Math.min(...(data?.data ?? []).map(({ first_seen }) => Date.parse(first_seen))),
    [data],
  )
  return Math.max(MIN_SECONDS, Math.min(windowMs, Number.isFinite(first) ? now - first : windowMs) / 1000)
}

function byLabel(a: { label: string }, b: { label: string }): number {
  return a.label < b.label ? -1 : 1
}

/** The links of the map as rows; of the chosen node its own. */
function Calls({ map: { nodes, edges }, seconds }: { map: ServiceMap; seconds: number }): JSX.Element {
  const [query, change] = useQuery()
  const chosen = nodes.find(({ id }) => id === query.get('node'))
  const order: Order = (['failed', 'p95'] as const).find((each) => each === query.get('sort')) ?? 'rate'
  const known = new Map(nodes.map((node) => [node.id, node]))
  const by: Record<Order, (edge: Edge) => number> = {
    rate: ({ calls }) => calls,
    failed: ({ calls, errors }) => errors / Math.max(1, calls),
    p95: ({ p95_ms }) => p95_ms,
  }
  const rows = edges
    .filter(({ caller, callee }) => !chosen || caller === chosen.id || callee === chosen.id)
    .toSorted((a, b) => by[order](b) - by[order](a))
  const named = (id: string) => {
    const node = known.get(id)
    if (!node) return id
    if (node.type !== 'service') return <span>{node.name}</span>
    return (
      <a href={href(['service', node.name])} data-row>
        <ServiceName name={node.name} />
      </a>
    )
  }
  const columns: Column<Edge>[] = [
    { title: 'From', cell: ({ caller }) => named(caller) },
    { title: 'To', cell: ({ callee }) => named(callee) },
    { title: 'Via', cell: ({ via }) => via },
    {
      title: 'Calls',
      number: true,
      sort: 'rate',
      cell: ({ calls }) => often(calls, seconds),
    },
    {
      title: 'Failed',
      number: true,
      sort: 'failed',
      cell: (edge) => edge.errors > 0 && <b class={toneOf(edge)}>{percent(edge.errors / edge.calls)}</b>,
    },
    { title: 'p50', number: true, cell: ({ p50_ms }) => duration(p50_ms) },
    { title: 'p95', number: true, sort: 'p95', cell: ({ p95_ms }) => duration(p95_ms) },
  ]
  return (
    <Panel
      title={chosen ? `Calls of ${chosen.name}` : 'Calls'}
      {...(chosen && {
        actions: (
          <button type="button" onClick={() => change({ node: '' })}>
            All calls
          </button>
        ),
      })}
    >
      <Table
        label="Calls"
        columns={columns}
        rows={rows}
        rowKey={({ caller, callee, via }) => `${caller}\n${callee}\n${via}`}
        sorted={order}
        onSort={(to) => change({ sort: to === 'rate' ? '' : to })}
      />
    </Panel>
  )
}
