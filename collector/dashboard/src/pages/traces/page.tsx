import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { zone } from '../../app/preferences.ts'
import { useQuery } from '../../app/router.ts'
import { useStore } from '../../app/store.ts'
import { WINDOWS } from '../../app/window.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { Icon } from '../../components/icons.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { counted, duration, percent } from '../../format/numbers.ts'
import { shortTime } from '../../format/time.tsx'
import { useFilter, type Filter } from './filters.ts'
import { Found } from './found.tsx'
import { gridOf } from './grid.ts'
import { Heatmap } from './heatmap.tsx'
import './traces.css'

const STATUSES = [
  { value: '', label: 'any' },
  { value: 'error', label: 'failed' },
  { value: 'ok', label: 'ok' },
  { value: 'unset', label: 'unset' },
]
const KINDS = ['server', 'client', 'internal', 'producer', 'consumer']

/** Traces by what one of their spans is like, found in a picture of how long they took when. */
export default function TracesPage(): JSX.Element {
  const filter = useFilter()
  return (
    <div class="explorer">
      <h1 class="unseen">Traces</h1>
      <Filters filter={filter} />
      <Durations filter={filter} />
      <Found filter={filter} />
    </div>
  )
}

function Filters({ filter }: { filter: Filter }): JSX.Element {
  const [query, change] = useQuery()
  const service = query.get('service') ?? ''
  const services = useRead('services', {}, { everyMs: 30_000 })
  const operations = useRead(
    service === '' ? null : 'services/{name}/operations',
    { name: service },
    { keep: false },
  )
  const any = { value: '', label: 'any' }
  return (
    <div class="bar">
      <Dropdown
        label="Service"
        value={service}
        set={(to) => change({ service: to, operation: '' })}
        options={[any, ...(services.data?.data ?? []).map(({ name }) => ({ value: name, label: name }))]}
      />
      {service === '' ? (
        <SearchField name="operation" label="Operation" placeholder="Operation or route" main={false} />
      ) : (
        <Dropdown
          label="Operation"
          value={query.get('operation') ?? ''}
          set={(to) => change({ operation: to })}
          options={[
            any,
            ...(operations.data?.data ?? [])
              .map(({ name }) => ({ value: name, label: name }))
              .filter(isFirst),
          ]}
        />
      )}
      <SearchField name="attr" label="Attributes" placeholder="http.route:/users" />
      <Dropdown
        label="Status"
        value={query.get('status') ?? ''}
        set={(to) => change({ status: to })}
        options={STATUSES}
      />
      <Dropdown
        label="Kind"
        value={query.get('kind') ?? ''}
        set={(to) => change({ kind: to })}
        options={[any, ...KINDS.map((value) => ({ value, label: value }))]}
      />
      <Dropdown
        label="Over"
        value={filter.until === undefined && !query.has('since') ? (query.get('window') ?? '1h') : 'selected'}
        set={(to) => change({ window: to === '1h' ? '' : to, since: '', until: '' })}
        options={WINDOWS}
      />
      <Chosen />
    </div>
  )
}

/** Of several operations with one name, of which each is of another kind, the first. */
function isFirst({ value }: { value: string }, index: number, all: readonly { value: string }[]): boolean {
  return all.findIndex((each) => each.value === value) === index
}

/** What was selected in the picture, each to be taken away. */
function Chosen(): JSX.Element {
  const [query, change] = useQuery()
  const zoneNow = useStore(zone)
  const [min, max, since, until] = ['min', 'max', 'since', 'until'].map((name) => query.get(name))
  const time = (text: string) =>
    Number.isNaN(Date.parse(text)) ? text : shortTime(Date.parse(text), zoneNow)
  const length = (text: string) => (Number.isFinite(Number(text)) ? duration(Number(text)) : text)
  return (
    <>
      {(min || max) && (
        <button type="button" onClick={() => change({ min: '', max: '' })}>
          {min ? `from ${length(min)}` : ''} {max ? `to ${length(max)}` : ''}
          <Icon name="close" />
          <span class="unseen">any duration</span>
        </button>
      )}
      {(since || until) && (
        <button type="button" onClick={() => change({ since: '', until: '' })}>
          {since ? `since ${time(since)}` : ''} {until ? `until ${time(until)}` : ''}
          <Icon name="close" />
          <span class="unseen">up to now</span>
        </button>
      )}
    </>
  )
}

function Durations({ filter }: { filter: Filter }): JSX.Element {
  const [, change] = useQuery()
  const { data, error, again } = useRead('traces/stats', { ...filter, buckets: 60 })
  const grid = useMemo(() => data && gridOf(data), [data])
  const told = data && data.count > 0 && data.p50_ms !== null && data.p95_ms !== null && data.p99_ms !== null
  return (
    <Panel
      title="Durations"
      {...(told && {
        note: `${counted(data.count, 'span')}, ${percent(data.errors / data.count)} failed; p50 ${duration(data.p50_ms!)}, p95 ${duration(data.p95_ms!)}, p99 ${duration(data.p99_ms!)}`,
      })}
    >
      <Problem error={error} again={again} />
      {grid && grid.limits.length > 0 ? (
        <Heatmap
          grid={grid}
          choose={({ since, until, min, max }) =>
            change({
              since: new Date(since).toISOString(),
              until: new Date(until).toISOString(),
              min: String(min),
              max: String(max),
            })
          }
        />
      ) : (
        <p class="nothing unfilled">{data ? 'No span is like that.' : 'Reading the durations'}</p>
      )}
    </Panel>
  )
}
