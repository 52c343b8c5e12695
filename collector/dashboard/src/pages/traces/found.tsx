import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { read, type Answer } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import { href, useQuery } from '../../app/router.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { serviceColour, ServiceName, ServiceNames } from '../../components/service-name.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count, duration } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'
import type { Filter } from './filters.ts'

const PAGE = 50

type TracePage = Answer<'traces'>
type Trace = TracePage['data'][number]

/** The traces that are as asked for, and further ones when they are wanted. */
export function Found({ filter }: { filter: Filter }): JSX.Element {
  const [query, change] = useQuery()
  const order = query.get('sort') === 'longest' ? 'longest' : 'newest'
  const given = { ...filter, order, limit: PAGE } as const
  const first = useRead('traces', given)
  const [more, setMore] = useState<TracePage[]>([])
  const [error, setError] = useState<Error>()
  useEffect(() => {
    setMore([])
    setError(undefined)
  }, [first.data])
  const last = more.at(-1) ?? first.data
  const goOn = () => {
    read('traces', { ...given, cursor: last?.next_cursor ?? undefined }).then(
      (page) => setMore([...more, page]),
      (reason: unknown) => setError(reason as Error),
    )
  }
  const known = new Map(
    [first.data, ...more].flatMap((page) => page?.data ?? []).map((each) => [each.trace_id, each]),
  )
  const rows = [...known.values()]
  const longest = Math.max(...rows.map(({ duration_ms }) => duration_ms))
  return (
    <Panel
      title="Traces"
      {...(first.data && { note: `${count(rows.length)}${last?.has_more ? ' so far' : ''}` })}
    >
      <Problem error={first.error ?? error} again={first.again} />
      {first.data && rows.length === 0 && !last?.has_more && (
        <EmptyState title="No trace is like that">Take filters away, or look at a longer time.</EmptyState>
      )}
      {rows.length > 0 && (
        <Table
          label="Traces"
          columns={columnsOf(longest)}
          rows={rows}
          rowKey={({ trace_id }) => trace_id}
          sorted={order}
          onSort={(by) => change({ sort: by === 'newest' ? '' : by })}
        />
      )}
      {!first.data && !first.error && <p class="nothing">Searching</p>}
      {last?.has_more && (
        <p class="further">
          <button type="button" onClick={goOn}>
            Search further
          </button>
          {last.searched_until !== null && (
            <span class="note">
              searched back to <When at={last.searched_until} />
            </span>
          )}
        </p>
      )}
    </Panel>
  )
}

function columnsOf(longest: number): Column<Trace>[] {
  return [
    {
      title: 'Trace',
      cell: ({ trace_id, name, service }) => (
        <a class="operation" href={href(['trace', trace_id])} data-row>
          <ServiceName name={service} />
          <span class="name">{name}</span>
        </a>
      ),
    },
    {
      title: 'Duration',
      sort: 'longest',
      class: 'lasted',
      cell: ({ duration_ms, service }) => (
        <span class="took">
          <i class={serviceColour(service)} style={{ '--share': longest > 0 ? duration_ms / longest : 0 }} />
          <b>{duration(duration_ms)}</b>
        </span>
      ),
    },
    { title: 'Failed', number: true, cell: ({ errors }) => errors > 0 && <b class="bad">{count(errors)}</b> },
    { title: 'Spans', number: true, cell: ({ spans }) => count(spans) },
    { title: 'Services', cell: ({ services }) => <ServiceNames names={services} /> },
    { title: 'Began', sort: 'newest', cell: ({ start }) => <Ago at={start} /> },
  ]
}
