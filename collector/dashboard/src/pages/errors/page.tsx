import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { href, useQuery } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { count } from '../../format/numbers.ts'
import { Ago } from '../../format/time.tsx'
import { useLivePoke } from '../../live/use-live.ts'
import { VIEWS, type Group } from './groups.ts'
import { State } from './state.tsx'
import './errors.css'

const EVERY_MS = 10_000
const PAGE = 50
const MOST = 200
const SORTS = ['last_seen', 'first_seen', 'count'] as const

/** The inbox of errors: groups, those seen last first. */
export default function ErrorsPage(): JSX.Element {
  const [query, change] = useQuery()
  const view = VIEWS[query.get('state') ?? 'open'] ? (query.get('state') ?? 'open') : 'open'
  const sort = SORTS.find((each) => each === query.get('sort')) ?? 'last_seen'
  const limit = query.get('more') === '1' ? MOST : PAGE
  const [text, service] = [query.get('q') ?? '', query.get('service') ?? '']
  const { data, error, again, poke } = useRead(
    'errors',
    { text, service, state: VIEWS[view]!.states, sort, limit },
    { everyMs: EVERY_MS },
  )
  useLivePoke({ type: 'ErrorReported' }, poke)
  const sources = useRead('hub/sources', {}, { everyMs: 30_000 })
  const names = (sources.data?.data ?? []).map(({ id }) => ({ value: id, label: id }))
  const isFiltered = text !== '' || service !== '' || view === 'resolved' || view === 'muted'
  return (
    <Panel title="Errors" bare class="errors">
      <div class="filters">
        <SearchField label="Search type, message and culprit" placeholder="Type, message or culprit" />
        <div class="states" role="group" aria-label="State">
          {Object.entries(VIEWS).map(([name, { label }]) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === view}
              onClick={() => change({ state: name === 'open' ? '' : name })}
            >
              {label}
            </button>
          ))}
        </div>
        <Dropdown
          label="Service"
          value={service}
          set={(value) => change({ service: value })}
          options={[{ value: '', label: 'all' }, ...names]}
        />
      </div>
      <Problem error={error} again={again} />
      {data && (
        <div class="panel">
          {data.data.length === 0 ? (
            <Nothing isFiltered={isFiltered} />
          ) : (
            <Table
              label="Errors"
              columns={COLUMNS}
              rows={data.data}
              rowKey={({ id }) => id}
              sorted={sort}
              onSort={(by) => change({ sort: by === 'last_seen' ? '' : by })}
            />
          )}
        </div>
      )}
      {data?.has_more && limit < MOST && (
        <p class="further">
          <button type="button" onClick={() => change({ more: '1' }, { replace: true })}>
            Show more
          </button>
        </p>
      )}
      {data?.has_more && limit === MOST && <p class="nothing">There are more; a search shows fewer.</p>}
      {data && data.evicted > 0 && (
        <p class="nothing">{count(data.evicted)} groups were given up, because there were too many.</p>
      )}
    </Panel>
  )
}

const COLUMNS: readonly Column<Group>[] = [
  {
    title: 'Error',
    class: 'what',
    cell: ({ id, type, message, culprit, service, handled }) => (
      <a href={href(['errors', id])} data-row title={message}>
        <span class="said">
          <b>{type}</b> {message.startsWith(`${type}: `) ? message.slice(type.length + 2) : message}
        </span>
        <span class="under">
          <ServiceName name={service} />
          {culprit !== null && <span class="clip">{culprit}</span>}
          {handled === false && <span class="bad">not handled</span>}
        </span>
      </a>
    ),
  },
  {
    title: 'Last 24 hours',
    class: 'day',
    cell: ({ last_24h }) => (
      <Sparkline
        values={last_24h}
        label={`By the hour of the last 24: ${last_24h.join(', ')}`}
        tone="bad"
        area
      />
    ),
  },
  { title: 'Count', number: true, sort: 'count', cell: ({ count: times }) => <b>{count(times)}</b> },
  { title: 'Last seen', sort: 'last_seen', cell: ({ last_seen }) => <Ago at={last_seen} /> },
  { title: 'First seen', sort: 'first_seen', cell: ({ first_seen }) => <Ago at={first_seen} /> },
  {
    title: 'Versions',
    class: 'versions',
    cell: ({ versions: [newest, ...others] }) =>
      newest && (
        <span title={[newest, ...others].join(', ')}>
          {newest}
          {others.length > 0 && <span class="quiet"> +{others.length}</span>}
        </span>
      ),
  },
  { title: 'State', cell: ({ state }) => <State state={state} /> },
]

function Nothing({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  if (isFiltered) return <EmptyState title="No error is like that" />
  return (
    <EmptyState
      title="No open errors"
      steps={[
        {
          say: 'Errors of requests and of the process are reported by themselves once a service has this in its environment:',
          line: `HUB_API_URL=${location.origin}`,
        },
        {
          say: 'One by hand, as from cron:',
          line: `HUB_API_URL=${location.origin} npx hubline error "backup failed"`,
        },
      ]}
    />
  )
}
