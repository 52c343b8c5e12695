import type { JSX } from 'preact'
import type { Answer } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import { href } from '../../app/router.ts'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'

type Occurrence = Answer<'errors/{id}/occurrences'>['data'][number]

/** The newest occurrences of a group. */
export function Occurrences({ id, times }: { id: string; times: number }): JSX.Element {
  const { data, error, again } = useRead('errors/{id}/occurrences', { id, limit: 50 }, { everyMs: 15_000 })
  const shown = data?.data.length ?? 0
  return (
    <Panel title="Occurrences" note={shown < times ? `the newest ${shown} of ${count(times)}` : undefined}>
      <Problem error={error} again={again} />
      {data && <Table label="Occurrences" columns={COLUMNS} rows={data.data} rowKey={({ id }) => id} />}
    </Panel>
  )
}

const COLUMNS: readonly Column<Occurrence>[] = [
  {
    title: 'When',
    cell: ({ at, count: folded }) => (
      <>
        <When at={at} />{' '}
        <span class="quiet">
          <Ago at={at} />
        </span>
        {folded > 1 && <b> ×{count(folded)}</b>}
      </>
    ),
  },
  { title: 'Message', class: 'said', cell: ({ message }) => <span title={message}>{message}</span> },
  { title: 'Request', cell: ({ method, route }) => [method, route].filter(Boolean).join(' ') },
  { title: 'Status', number: true, cell: ({ status }) => status },
  { title: 'Version', cell: ({ version }) => version },
  { title: 'Instance', cell: ({ instance }) => instance },
  { title: 'User', cell: ({ user }) => user },
  {
    title: 'Trace',
    cell: ({ trace_id }) =>
      trace_id !== null && (
        <a class="link" href={href(['trace', trace_id])} data-row>
          {trace_id.slice(0, 8)}
        </a>
      ),
  },
]
