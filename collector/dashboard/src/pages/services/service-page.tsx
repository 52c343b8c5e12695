import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { PageProps } from '../../app/pages.ts'
import { href, useQueryState } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Problem } from '../../components/problem.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { duration, percent, rate } from '../../format/numbers.ts'
import { Ago, Lasting } from '../../format/time.tsx'
import { LIFECYCLE } from '../../live/follow.ts'
import { useLivePoke } from '../../live/use-live.ts'
import { isFailing, WINDOWS, type Service } from './fleet.ts'
import { Changes } from './changes.tsx'
import { Instances } from './instances.tsx'
import { RecentErrors, RecentTraces } from './recent.tsx'
import { ServiceCharts } from './service-charts.tsx'
import { Strip } from './strip.tsx'
import { useFleet } from './use-fleet.ts'
import './services.css'
import './service-page.css'

const EVERY_MS = 5000

/** One service: how it is, how its requests go, its instances, and what happened to it last. */
export default function ServicePage({ params: { name = '' } }: PageProps): JSX.Element {
  const [window, setWindow] = useQueryState('window', '1h')
  const known = WINDOWS.find(({ value }) => value === window)?.value ?? '1h'
  const { data, error, again, poke } = useFleet({ window: known, service: name }, EVERY_MS)
  useLivePoke(LIFECYCLE, poke)
  useEffect(() => void (document.title = `${name}, Hubline`), [name])
  const service = data?.services.find((each) => each.name === name)
  return (
    <article class="services one">
      <p class="back">
        <a class="link" href={href([])}>
          Services
        </a>
      </p>
      <h1>
        <ServiceName name={name} />
      </h1>
      <Problem error={error} again={again} />
      {data && !service && (
        <div class="panel">
          <EmptyState
            title="Nothing has come from a service of this name"
            steps={[{ say: 'It is named by', line: `OTEL_SERVICE_NAME=${name}` }]}
          />
        </div>
      )}
      {data && service && (
        <>
          <Facts service={service} />
          <div class="toolbar">
            <Figures service={service} />
            <Dropdown label="Over" value={known} set={setWindow} options={WINDOWS} />
          </div>
          <ServiceCharts fleet={data} service={service} />
          <Instances name={name} />
          <div class="columns">
            <RecentErrors name={name} />
            <RecentTraces name={name} />
          </div>
          <Changes name={name} />
        </>
      )}
    </article>
  )
}

function Facts({ service }: { service: Service }): JSX.Element {
  const { name, state, state_since, triage, version, env, started_at, last_seen } = service
  return (
    <p class="about">
      <span>
        <StateBadge state={state} />
        {state_since !== null && state !== 'unknown' && (
          <>
            {' for '}
            <Lasting since={state_since} />
          </>
        )}
      </span>
      <span>{triage.message}</span>
      {version !== null && <span>version {version}</span>}
      {env !== null && <span>{env}</span>}
      {started_at !== null && (
        <span>
          started <Ago at={started_at} />
        </span>
      )}
      <span>
        seen <Ago at={last_seen} />
      </span>
      <a class="link" href={href(['live'], { source: name })}>
        live events
      </a>
    </p>
  )
}

function Figures({ service }: { service: Service }): JSX.Element {
  const { requests, uptime } = service
  const figures = requests && [
    { name: 'requests', told: rate(requests.calls_per_second) },
    { name: 'failed', told: percent(requests.error_ratio), tone: isFailing(service) ? 'bad' : '' },
    ...(['p50', 'p95', 'p99'] as const).map((name) => {
      const ms = requests[`${name}_ms`]
      return { name, told: ms === null ? '–' : duration(ms) }
    }),
  ]
  return (
    <dl class="figures">
      {figures?.map(({ name, told, tone = '' }: { name: string; told: string; tone?: string }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={tone}>{told}</dd>
        </div>
      ))}
      {uptime.states.length > 0 && (
        <div class="day">
          <dt>last 24 hours</dt>
          <dd>
            <Strip uptime={uptime} large />
          </dd>
        </div>
      )}
    </dl>
  )
}
