import type { JSX } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { href, navigate, useQuery } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Problem } from '../../components/problem.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { iso, RANGES } from '../logs/filter.ts'
import { MetricCharts } from './metric-charts.tsx'
import type { Metric } from './metrics.ts'
import { Picker } from './picker.tsx'
import './metrics.css'

const LIST_MS = 15_000
const MOST_LABELS = 8

/** Metrics of all services, one of which is drawn. */
export default function MetricsPage(): JSX.Element {
  const [query, change] = useQuery()
  const [opened] = useState(Date.now)
  const [match, service] = [query.get('q') ?? '', query.get('service') ?? '']
  const { data, error, again } = useRead('metrics', { match, service, limit: 300 }, { everyMs: LIST_MS })
  const sources = useRead('hub/sources', {}, { everyMs: 60_000 })
  const range = RANGES.find(({ value }) => value === query.get('range')) ?? RANGES[1]!
  const since = useMemo(() => iso(opened - range.ms!), [range, opened])
  const name = query.get('name') ?? data?.data[0]?.name ?? ''
  const listed = data?.data.find((each) => each.name === name)
  // One that the search leaves out is still shown.
  const single = useRead(data && !listed && name !== '' ? 'metrics' : null, {
    match: name,
    service,
    limit: 50,
  })
  const metric = listed ?? single.data?.data.find((each) => each.name === name)
  const isFiltered = match !== '' || service !== ''
  return (
    <article class="metrics part">
      <div class="bar">
        <h2>Metrics</h2>
      </div>
      <div class="filters">
        <SearchField label="Search metrics by name" />
        <Dropdown
          label="Service"
          value={service}
          set={(value) => change({ service: value })}
          options={[
            { value: '', label: 'all' },
            ...(sources.data?.data ?? []).map(({ id }) => ({ value: id, label: id })),
          ]}
        />
        <Dropdown
          label="Over"
          value={range.value}
          set={(value) => change({ range: value })}
          options={RANGES}
        />
      </div>
      <Problem error={error} again={again} />
      {data && data.data.length === 0 && name === '' && (
        <div class="panel">
          <Nothing isFiltered={isFiltered} />
        </div>
      )}
      {data && (data.data.length > 0 || name !== '') && (
        <div class="sides">
          <Picker metrics={data.data} chosen={name} hasMore={data.has_more} />
          <div class="shown">
            {metric ? (
              <Shown key={metric.name} metric={metric} range={range.value} since={since} service={service} />
            ) : (
              (single.data ?? listed) && (
                <EmptyState title={`Nothing is known of the metric ${name}`}>
                  {service === '' ? 'It was never measured.' : 'Not of this service.'}
                </EmptyState>
              )
            )}
          </div>
        </div>
      )}
    </article>
  )
}

interface ShownProps {
  metric: Metric
  range: string
  since: string
  service: string
}

function Shown({ metric, range, since, service }: ShownProps): JSX.Element {
  const [query, change] = useQuery()
  const { name, type, unit, description, temporality } = metric
  const { data } = useRead('metrics/labels', { name, service, since }, { everyMs: 60_000 })
  const by = query.get('by') ?? ''
  const chosen = query.getAll('label')
  const known = (data?.labels ?? []).filter(({ of, count }) => of === 'point' || count > 1)
  const choose = (key: string, value: string) => {
    const next = new URLSearchParams(query)
    next.delete('label')
    for (const pair of chosen.filter((each) => !each.startsWith(`${quoted(key)}=`)))
      next.append('label', pair)
    if (value !== '') next.append('label', `${quoted(key)}=${value}`)
    navigate(href(['metrics'], next))
  }
  return (
    <>
      <h1>{name}</h1>
      <p class="about">
        <span>{type.replace('_', ' ')}</span>
        {unit !== '' && <span>in {unit}</span>}
        {temporality !== null && temporality !== 'unspecified' && <span>{temporality}</span>}
        {description !== '' && <span>{description}</span>}
      </p>
      <div class="filters">
        <Dropdown
          label="Group by"
          value={by}
          set={(value) => change({ by: value })}
          options={[
            { value: '', label: 'nothing, all together' },
            { value: 'each', label: 'each series' },
            ...known.map(({ key }) => ({ value: key, label: key })),
          ]}
        />
        {known.slice(0, MOST_LABELS).map(({ key, values }) => {
          const value = chosen.find((pair) => pair.startsWith(`${quoted(key)}=`))
          return (
            <Dropdown
              key={key}
              label={key}
              value={value?.slice(quoted(key).length + 1) ?? ''}
              set={(to) => choose(key, to)}
              options={[
                { value: '', label: 'any' },
                ...values.filter((each) => each !== '').map((each) => ({ value: each, label: each })),
              ]}
            />
          )
        })}
      </div>
      <MetricCharts metric={metric} range={range} since={since} service={service} labels={chosen} by={by} />
    </>
  )
}

/** A key as the API takes it before `=`. */
function quoted(key: string): string {
  return key.includes('=') ? `"${key}"` : key
}

function Nothing({ isFiltered }: { isFiltered: boolean }): JSX.Element {
  if (isFiltered) return <EmptyState title="No metric is like that" />
  return (
    <EmptyState
      title="No metrics yet"
      steps={[
        {
          say: 'Durations, memory and the event loop are measured by themselves once a service has this in its environment:',
          line: `HUB_API_URL=${location.origin}`,
        },
        {
          say: 'Any OpenTelemetry SDK sends its metrics here with:',
          line: `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin} OTEL_METRICS_EXPORTER=otlp`,
        },
        {
          say: 'A number by hand:',
          line: `HUB_API_URL=${location.origin} npx hubline metric orders_open 12`,
        },
      ]}
    />
  )
}
