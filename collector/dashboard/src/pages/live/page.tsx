import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { useKeys } from '../../app/keys.ts'
import { useQuery } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Icon } from '../../components/icons.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { count } from '../../format/numbers.ts'
import { EventRow } from './event-row.tsx'
import type { Line } from './feed.ts'
import { useFeed } from './use-feed.ts'
import './live.css'

/** What the address can filter by, in the API's own words. */
const FILTERS = [
  'text',
  'source',
  'type',
  'min_severity',
  'priority',
  'env',
  'instance',
  'correlation_id',
  'trace_id',
  'tags',
] as const
const IN_FIELDS = new Set<string>(['text', 'source', 'type', 'min_severity', 'priority'])
const TYPES = [
  'ErrorReported',
  'LifecycleChanged',
  'AppRegistered',
  'AgentHeartbeat',
  'InteractionDetected',
  'MetricReported',
  'DeploySignal',
  'SecuritySignal',
]

const words = (all: string, ...values: string[]) => [
  { value: '', label: all },
  ...values.map((value) => ({ value, label: value })),
]

/** The events of all services as they come. */
export default function LivePage(): JSX.Element {
  const [query, change] = useQuery()
  const [isPaused, setPaused] = useState(false)
  const [isPressed, setPressed] = useState(false)
  const filter = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? undefined]))
  const { lines, held, perSecond, isRead, error } = useFeed(filter, isPaused || isPressed)
  const sources = useRead('hub/sources', {}, { everyMs: 30_000 })
  const pause = () => setPaused(!isPaused)
  useKeys([{ keys: 'p', label: isPaused ? 'Resume' : 'Pause', run: pause }])

  const names = (sources.data?.data ?? []).map(({ id }) => id)
  const set = (name: string) => (value: string) => change({ [name]: value })
  const value = (name: string) => query.get(name) ?? ''
  const others = FILTERS.filter((name) => !IN_FIELDS.has(name) && query.has(name))
  const isFiltered = FILTERS.some((name) => query.has(name))
  return (
    <Panel
      title="Live events"
      note={perSecond > 0 ? `${count(perSecond)} a second` : undefined}
      bare
      class="live"
      actions={
        <>
          {isPaused && <span class="warn held">{count(held)} waiting</span>}
          <button type="button" aria-pressed={isPaused} onClick={pause}>
            <Icon name={isPaused ? 'play' : 'pause'} />
            {isPaused ? 'Resume' : 'Pause'}
          </button>
        </>
      }
    >
      <div class="filters">
        <SearchField name="text" label="Search the events' text" />
        <Dropdown
          label="Service"
          value={value('source')}
          set={set('source')}
          options={words('all', ...names)}
        />
        <Dropdown label="Type" value={value('type')} set={set('type')} options={words('all', ...TYPES)} />
        <Dropdown
          label="Severity"
          value={value('min_severity')}
          set={set('min_severity')}
          options={[
            { value: '', label: 'all' },
            { value: 'warning', label: 'warning and graver' },
            { value: 'error', label: 'error and graver' },
            { value: 'critical', label: 'critical' },
          ]}
        />
        <Dropdown
          label="Priority"
          value={value('priority')}
          set={set('priority')}
          options={words('all', 'low', 'normal', 'high', 'critical')}
        />
        {others.map((name) => (
          <button key={name} type="button" title={`Without ${name}`} onClick={() => change({ [name]: '' })}>
            {name} {value(name)}
            <Icon name="close" />
          </button>
        ))}
      </div>
      <Problem error={error} />
      <div class="panel">
        {lines.length === 0 && isRead && !error ? (
          <Nothing isFiltered={isFiltered} />
        ) : (
          <ol
            class="feed"
            aria-label="Live events"
            onPointerDown={() => setPressed(true)}
            onPointerUp={() => setPressed(false)}
            onPointerCancel={() => setPressed(false)}
            onPointerLeave={() => setPressed(false)}
          >
            <Lines lines={lines} />
          </ol>
        )}
      </div>
    </Panel>
  )
}

/** Each line is made once, so that a new one costs no other one anything. */
function Lines({ lines }: { lines: readonly Line[] }): JSX.Element {
  const made = useRef(new WeakMap<Line, JSX.Element>())
  return useMemo(
    () => (
      <>
        {lines.map((line) => {
          let row = made.current.get(line)
          if (!row) made.current.set(line, (row = lineOf(line)))
          return row
        })}
      </>
    ),
    [lines],
  )
}

function lineOf(line: Line): JSX.Element {
  if (line.kind === 'event') return <EventRow key={line.key} event={line.event} />
  return (
    <li key={line.key} class="more">
      {count(line.more)} more came than can be read along; filters show all of fewer
    </li>
  )
}

function Nothing({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  if (isFiltered)
    return <EmptyState title="No such events yet">They appear here by themselves as they come.</EmptyState>
  return (
    <EmptyState
      title="No events yet"
      steps={[
        {
          say: 'Services send theirs by themselves once they have this in their environment:',
          line: `HUB_API_URL=${location.origin}`,
        },
        {
          say: 'One by hand:',
          line: `HUB_API_URL=${location.origin} npx hubline event hello.world --data '{"from":"me"}'`,
        },
      ]}
    >
      They appear here by themselves.
    </EmptyState>
  )
}
