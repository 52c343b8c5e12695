import type { JSX } from 'preact'
import type { Answer } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import { href } from '../../app/router.ts'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count, counted, duration } from '../../format/numbers.ts'
import { Ago, Lasting } from '../../format/time.tsx'
import { STATES } from './fleet.ts'

type Instance = Answer<'services/{name}'>['instances'][number]

const EVERY_MS = 5000
const some = (amount: number | undefined) => amount !== undefined && amount > 0 && count(amount)

/** The processes of a service that are known, those in trouble first. */
export function Instances({ name }: { name: string }): JSX.Element {
  const { data, error, again } = useRead('services/{name}', { name }, { everyMs: EVERY_MS })
  const rows = (data?.instances ?? []).toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
  return (
    <Panel title="Instances" note={counted(rows.length, 'instance')}>
      <Problem error={error} again={again} />
      {data && rows.length === 0 && (
        <p class="nothing">None names itself; spans and logs carry one as service.instance.id.</p>
      )}
      {rows.length > 0 && (
        <Table
          label="Instances"
          columns={columnsOf(name)}
          rows={rows}
          rowKey={({ instance, env }) => `${env} ${instance}`}
        />
      )}
    </Panel>
  )
}

function columnsOf(source: string): Column<Instance>[] {
  return [
    {
      title: 'Instance',
      cell: ({ instance }) =>
        instance !== null && (
          <a class="clip" href={href(['live'], { source, instance })} data-row title={instance}>
            {instance}
          </a>
        ),
    },
    {
      title: 'State',
      cell: ({ state, state_since }) => (
        <span class="line">
          <StateBadge state={state} />
          {state_since !== null && (
            <span class="quiet">
              for <Lasting since={state_since} />
            </span>
          )}
        </span>
      ),
    },
    { title: 'Version', cell: ({ version }) => version },
    { title: 'Env', cell: ({ env }) => env },
    { title: 'Host', cell: ({ host }) => host },
    { title: 'First seen', cell: ({ first_seen }) => <Ago at={first_seen} /> },
    { title: 'Heartbeat', cell: ({ last_heartbeat }) => last_heartbeat && <Ago at={last_heartbeat} /> },
    {
      title: 'Every',
      number: true,
      cell: ({ heartbeat_interval_s }) =>
        heartbeat_interval_s !== null && duration(heartbeat_interval_s * 1000),
    },
    { title: 'Errors', number: true, cell: ({ counts }) => some(counts['errors']) },
    { title: 'Events', number: true, cell: ({ counts }) => some(counts['events']) },
  ]
}
