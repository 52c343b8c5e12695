import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { useQuery, useQueryState } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Problem } from '../../components/problem.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { serviceColour } from '../../components/service-name.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { Table } from '../../components/table.tsx'
import { percent, rate } from '../../format/numbers.ts'
import { LIFECYCLE } from '../../live/follow.ts'
import { useLivePoke } from '../../live/use-live.ts'
import { columnsOf } from './columns.tsx'
import { FirstSteps } from './first-steps.tsx'
import { inOrder, STATES, totalsOf, WINDOWS, type Fleet, type Service, type Window } from './fleet.ts'
import { Headline } from './headline.tsx'
import './services.css'

const EVERY_MS = 5000

/** The services and how they are, those in trouble first. */
export default function ServicesPage(): JSX.Element {
  const [window, setWindow] = useQueryState('window', '1h')
  const known = WINDOWS.find(({ value }) => value === window)?.value ?? '1h'
  const { data, error, again, poke } = useRead('fleet', { window: known }, { everyMs: EVERY_MS })
  useLivePoke(LIFECYCLE, poke)
  for (const { name } of data?.services ?? []) serviceColour(name)
  return (
    <div class="services">
      <Problem error={error} again={again} />
      {data?.services.length === 0 && (
        <div class="panel">
          <FirstSteps />
        </div>
      )}
      {data && data.services.length > 0 && <Shown fleet={data} window={known} setWindow={setWindow} />}
      {!data && !error && <p class="nothing">Reading the services</p>}
    </div>
  )
}

interface ShownProps {
  fleet: Fleet
  window: Window
  setWindow: (window: string) => void
}

function Shown({ fleet, window, setWindow }: ShownProps): JSX.Element {
  const [query, change] = useQuery()
  const [state, env, text] = [query.get('state'), query.get('env'), query.get('q')?.toLowerCase()]
  const order = query.get('sort') ?? 'trouble'
  const matching = fleet.services.filter((service) => {
    const isNamed = !text || service.name.toLowerCase().includes(text)
    return isNamed && (!env || service.environments.some((each) => each.env === env))
  })
  const rows = inOrder(matching, order).filter((service) => !state || service.state === state)
  const envs = [
    ...new Set(fleet.services.flatMap(({ environments }) => environments.map(({ env }) => env ?? ''))),
  ]
  const { perSecond, errorRatio } = totalsOf(matching)
  return (
    <>
      <Headline services={inOrder(matching, 'trouble')} />
      <div class="toolbar">
        <States services={matching} chosen={state} />
        <p class="totals">
          <b>{rate(perSecond)}</b> requests
          <b class={errorRatio > 0 ? 'bad' : 'quiet'}>{percent(errorRatio)}</b> failed
        </p>
        <SearchField label="Search services" />
        {envs.filter(Boolean).length > 1 && (
          <Dropdown
            label="Env"
            value={env ?? ''}
            set={(to) => change({ env: to })}
            options={[
              { value: '', label: 'all' },
              ...envs.filter(Boolean).map((name) => ({ value: name, label: name })),
            ]}
          />
        )}
        <Dropdown label="Over" value={window} set={setWindow} options={WINDOWS} />
      </div>
      <div class="part">
        <div class="panel">
          {rows.length === 0 ? (
            <EmptyState title="No service is like that">Choose other filters to see the others.</EmptyState>
          ) : (
            <Table
              label="Services"
              columns={columnsOf(fleet)}
              rows={rows}
              rowKey={({ name }) => name}
              sorted={order}
              onSort={(by) => change({ sort: by === 'trouble' ? '' : by })}
            />
          )}
        </div>
      </div>
    </>
  )
}

/** How many services are in each state; each shows those alone. */
function States({ services, chosen }: { services: readonly Service[]; chosen: string | null }): JSX.Element {
  const [, change] = useQuery()
  const counts = Map.groupBy(services, ({ state }) => state)
  return (
    <div class="states" role="group" aria-label="States">
      {STATES.filter((state) => counts.has(state) || state === chosen).map((state) => (
        <button
          key={state}
          type="button"
          aria-pressed={state === chosen}
          onClick={() => change({ state: state === chosen ? '' : state })}
        >
          <b>{counts.get(state)?.length ?? 0}</b>
          <StateBadge state={state} />
        </button>
      ))}
    </div>
  )
}
