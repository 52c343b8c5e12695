import type { JSX } from 'preact'
import { useRead } from '../../api/use-read.ts'
import { href } from '../../app/router.ts'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { ServiceNames } from '../../components/service-name.tsx'
import { Sparkline } from '../../components/sparkline.tsx'
import { count, counted, duration } from '../../format/numbers.ts'
import { Ago } from '../../format/time.tsx'

const EVERY_MS = 10_000
const MOST = 8

/** The groups of errors of a service that were seen last. */
export function RecentErrors({ name }: { name: string }): JSX.Element {
  const { data, error, again } = useRead('errors', { service: name, limit: MOST }, { everyMs: EVERY_MS })
  return (
    <Panel title="Errors">
      <Problem error={error} again={again} />
      {data?.data.length === 0 && <p class="nothing">None was ever told of.</p>}
      <ul class="recent">
        {data?.data.map((group) => (
          <li key={group.id}>
            <a href={href(['errors', group.id])} data-row>
              <span class="name" title={group.message}>
                <b class={group.state === 'open' || group.state === 'regressed' ? 'bad' : 'quiet'}>
                  {group.type}
                </b>{' '}
                {group.message}
              </span>
              <span class="aside">
                <Sparkline
                  values={group.last_24h}
                  label={`Over 24 hours, ${group.count} ever`}
                  tone="bad"
                  area
                />
              </span>
              <span class="under">
                <span>{group.state}</span>
                <span>{count(group.count)} times</span>
                <Ago at={group.last_seen} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** The newest traces that a service is part of. */
export function RecentTraces({ name }: { name: string }): JSX.Element {
  const { data, error, again } = useRead('traces', { service: name, limit: MOST }, { everyMs: EVERY_MS })
  return (
    <Panel
      title="Traces"
      actions={
        <a class="link" href={href(['traces'], { service: name })}>
          all
        </a>
      }
    >
      <Problem error={error} again={again} />
      {data?.data.length === 0 && <p class="nothing">None yet. Every request that it handles makes one.</p>}
      <ul class="recent">
        {data?.data.map((trace) => (
          <li key={trace.trace_id}>
            <a href={href(['trace', trace.trace_id])} data-row>
              <span class="name" title={trace.name}>
                {trace.name}
              </span>
              <b class="aside">{duration(trace.duration_ms)}</b>
              <span class="under">
                <ServiceNames names={trace.services} />
                {trace.errors > 0 && <span class="bad">{counted(trace.errors, 'error')}</span>}
                <span>{counted(trace.spans, 'span')}</span>
                <Ago at={trace.start} />
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
