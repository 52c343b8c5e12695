import type { ComponentChildren, JSX } from 'preact'
import { href } from '../../app/router.ts'
import { ServiceName } from '../../components/service-name.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import type { Column } from '../../components/table.tsx'
import { duration, percent, rate } from '../../format/numbers.ts'
import { Ago, Lasting } from '../../format/time.tsx'
import { isFailing, ratesOf, STATES, type Fleet, type Service } from './fleet.ts'
import { Strip } from './strip.tsx'

const MOST_DOTS = 8
const MARK_TONES = { deploy: 'accent', start: '', stop: '', crash: 'bad' } as const

/** What a row tells of a service; the lines are of the same time for all, so that they can be compared. */
export function columnsOf(fleet: Fleet): Column<Service>[] {
  const from = Date.parse(fleet.since)
  const length = Date.parse(fleet.until) - from
  const marksOf = ({ marks }: Service) =>
    marks.map(({ at, kind }) => ({ at: (Date.parse(at) - from) / length, tone: MARK_TONES[kind] }))
  return [
    { title: 'Service', class: 'who', sort: 'name', cell: Who },
    { title: 'State', class: 'how', sort: 'trouble', cell: How },
    {
      title: 'Last 24 hours',
      class: 'day',
      cell: ({ uptime }) => uptime.states.length > 0 && <Strip uptime={uptime} />,
    },
    {
      title: 'Requests',
      class: 'measured',
      sort: 'rate',
      cell: (service) =>
        service.requests && (
          <Measure told={rate(service.requests.calls_per_second)}>
            <Sparkline
              values={ratesOf(fleet, service.requests.series.calls)}
              label={`Requests over time, ${service.requests.total} in all`}
              marks={marksOf(service)}
              area
            />
          </Measure>
        ),
    },
    {
      title: 'Failed',
      class: 'measured',
      sort: 'errors',
      cell: (service) =>
        service.requests && (
          <Measure
            told={percent(service.requests.error_ratio)}
            tone={isFailing(service) ? 'bad' : service.requests.errors === 0 ? 'quiet' : ''}
          >
            {service.requests.errors > 0 && (
              <Sparkline
                values={ratesOf(fleet, service.requests.series.errors)}
                label={`Failed requests over time, ${service.requests.errors} in all`}
                tone="bad"
                area
              />
            )}
          </Measure>
        ),
    },
    { title: 'Duration p95', class: 'measured', sort: 'p95', cell: Latency },
    { title: 'Instances', class: 'instances', cell: Instances },
    { title: 'Started', class: 'started', cell: ({ started_at }) => started_at && <Ago at={started_at} /> },
  ]
}

function Who({ name, version, env }: Service): JSX.Element {
  return (
    <>
      <a href={href(['service', name])} data-row title={name}>
        <ServiceName name={name} />
      </a>
      <small class="clip">{[version, env].filter(Boolean).join(' · ')}</small>
    </>
  )
}

function How({ state, state_since, triage }: Service): JSX.Element {
  return (
    <>
      <span class="line">
        <StateBadge state={state} />
        {state_since !== null && state !== 'unknown' && (
          <span class="quiet">
            for <Lasting since={state_since} />
          </span>
        )}
      </span>
      {triage.code !== 'ok' && (
        <small class="clip" title={triage.message}>
          {triage.message}
        </small>
      )}
    </>
  )
}

function Latency({ requests }: Service): JSX.Element | null {
  if (!requests || requests.p95_ms === null) return null
  const { p50_ms, p95_ms, p99_ms, series } = requests
  const told = (ms: number | null) => (ms === null ? '?' : duration(ms))
  return (
    <Measure told={duration(p95_ms)} title={`p50 ${told(p50_ms)}, p95 ${told(p95_ms)}, p99 ${told(p99_ms)}`}>
      <Sparkline
        values={series.p95_ms}
        others={[
          { values: series.p99_ms, tone: 'faint' },
          { values: series.p50_ms, tone: 'faint' },
        ]}
        label={`Durations over time: p50 ${told(p50_ms)}, p95 ${told(p95_ms)}, p99 ${told(p99_ms)}`}
      />
    </Measure>
  )
}

interface MeasureProps {
  told: string
  tone?: string
  title?: string
  children: ComponentChildren
}

function Measure({ told, tone = '', title, children }: MeasureProps): JSX.Element {
  return (
    <span class="measure" {...(title !== undefined && { title })}>
      <b class={tone}>{told}</b>
      {children}
    </span>
  )
}

/** Those that are or should be there; what said goodbye counts where nothing else is left. */
function Instances({ instances, instances_up, instances_known }: Service): JSX.Element | null {
  if (instances_known === 0) return null
  const stopped = instances['stopped'] ?? 0
  const expected = instances_known - stopped
  const shown = STATES.filter((state) => state !== 'stopped' || expected === 0)
  const dots = shown
    .flatMap((state) => Array.from({ length: instances[state] ?? 0 }, () => state))
    .toReversed()
  return (
    <span class="line">
      {dots.length <= MOST_DOTS && (
        <span class="dots" aria-hidden="true">
          {dots.map((state, index) => (
            <i key={index} class={`is-${state}`} />
          ))}
        </span>
      )}
      {expected === 0 ? `${stopped} stopped` : `${instances_up} of ${expected}`}
    </span>
  )
}
