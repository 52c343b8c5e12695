import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import type { PageProps } from '../../app/pages.ts'
import { href } from '../../app/router.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { serviceColour, ServiceName } from '../../components/service-name.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count } from '../../format/numbers.ts'
import { Ago } from '../../format/time.tsx'
import { LIFECYCLE } from '../../live/follow.ts'
import { useLive } from '../../live/use-live.ts'
import type { Answer } from '../../api/client.ts'

type Service = Answer<'services'>['data'][number]

const EVERY_MS = 5000
const some = (amount: number | undefined) => amount !== undefined && amount > 0 && count(amount)

const COLUMNS: readonly Column<Service>[] = [
  {
    title: 'Service',
    cell: ({ name }) => (
      <a href={href(['service', name])} data-row>
        <ServiceName name={name} />
      </a>
    ),
  },
  { title: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { title: 'Version', cell: ({ version }) => version },
  { title: 'Env', cell: ({ env }) => env },
  {
    title: 'Instances',
    number: true,
    cell: ({ instances, instances_up }) => instances.length > 0 && `${instances_up} of ${instances.length}`,
  },
  {
    title: 'Heartbeat',
    number: true,
    cell: ({ last_heartbeat }) => last_heartbeat && <Ago at={last_heartbeat} />,
  },
  { title: 'Errors', number: true, cell: ({ counts }) => some(counts['errors']) },
  { title: 'Spans', number: true, cell: ({ counts }) => some(counts['spans']) },
]

/** The services and how they are, one row each. */
export default function ServicesPage(_props: PageProps): JSX.Element {
  const { data, error, again, poke } = useRead('services', {}, { everyMs: EVERY_MS })
  useLive(LIFECYCLE, { take: poke })
  const services = data?.data ?? []
  for (const { name } of services) serviceColour(name)
  return (
    <Panel title="Services" note={noteOf(services)}>
      <Problem error={error} again={again} />
      {data && services.length === 0 && <FirstSteps />}
      {services.length > 0 && (
        <Table label="Services" columns={COLUMNS} rows={services} rowKey={({ name }) => name} />
      )}
    </Panel>
  )
}

function noteOf(services: readonly Service[]): string {
  const states = Map.groupBy(services, ({ state }) => state)
  return [...states].map(([state, { length }]) => `${length} ${state}`).join(', ')
}

/** What to do when nothing has arrived yet: the exact lines, with this collector's own address. */
function FirstSteps(): JSX.Element {
  return (
    <EmptyState
      title="Nothing has arrived yet"
      steps={[
        { say: 'In the app:', line: 'app.use(hubline())' },
        { say: 'In its environment:', line: `HUB_API_URL=${location.origin}` },
        {
          say: 'Any OpenTelemetry SDK reports here as well:',
          line: `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}`,
        },
      ]}
    >
      Two lines make an Express app report here; its services, requests and errors appear by themselves.
    </EmptyState>
  )
}
