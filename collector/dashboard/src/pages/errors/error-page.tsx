import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { useKeys } from '../../app/keys.ts'
import type { PageProps } from '../../app/pages.ts'
import { href, navigate } from '../../app/router.ts'
import { Chart } from '../../components/chart.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { count, counted } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'
import { useLivePoke } from '../../live/use-live.ts'
import { chartMarks } from '../services/service-charts.tsx'
import { useFleet } from '../services/use-fleet.ts'
import { Decide } from './decide.tsx'
import { hoursOf, type Detail, type Example } from './groups.ts'
import { Occurrences } from './occurrences.tsx'
import { SeenWith } from './seen-with.tsx'
import { Stack } from './stack.tsx'
import { StateSentence } from './state.tsx'
import { Story } from './story.tsx'
import './errors.css'
import './error-page.css'

/** One group of errors: what it says, where in the code, what led to it, and what was decided. */
export default function ErrorPage({ params: { id = '' } }: PageProps): JSX.Element {
  const { data, error, again, poke } = useRead('errors/{id}', { id }, { everyMs: 10_000, keep: false })
  useLivePoke(data ? { type: 'ErrorReported', source: data.service } : null, poke)
  useEffect(() => {
    if (data) document.title = `${data.type}, Hubline`
  }, [data?.type])
  return (
    <article class="error">
      <p class="back">
        <a class="link" href={href(['errors'])}>
          Errors
        </a>
      </p>
      <Problem error={error} again={again} />
      {data && <Told group={data} again={again} />}
    </article>
  )
}

function Told({ group, again }: { group: Detail; again: () => void }): JSX.Element {
  const { id, type, message, service, culprit, example, versions, first_seen, last_seen } = group
  const first = versions.at(-1)
  return (
    <>
      <h1>
        <span class="bad">{type}</span>
        <span class="message" tabIndex={0}>
          {message.startsWith(`${type}: `) ? message.slice(type.length + 2) : message}
        </span>
      </h1>
      <p class="about">
        <a href={href(['service', service])}>
          <ServiceName name={service} />
        </a>
        <StateSentence group={group} />
        <span>
          <b>{count(group.count)}</b> {group.count === 1 ? 'time' : 'times'}
        </span>
        <span>
          last <Ago at={last_seen} />
        </span>
        <span>
          first <Ago at={first_seen} />
          {first !== undefined && ` in ${first}`}
        </span>
        {group.handled === false && <b class="bad">not handled</b>}
        {culprit !== null && <code>{culprit}</code>}
      </p>
      <Decide group={group} done={again} />
      <div class="halves">
        <div>
          <Panel
            title="Where"
            note={
              example && (
                <>
                  newest example, <When at={example.at} />
                </>
              )
            }
            actions={example?.trace_id && <TraceLink traceId={example.trace_id} />}
          >
            {example ? (
              <>
                <ExampleFacts example={example} />
                <Stack example={example} />
              </>
            ) : (
              <p class="nothing">No example is kept.</p>
            )}
          </Panel>
          <Story group={group} />
        </div>
        <div>
          <Times group={group} />
          <SeenWith group={group} />
        </div>
      </div>
      <Occurrences id={id} times={group.count} />
    </>
  )
}

function TraceLink({ traceId }: { traceId: string }): JSX.Element {
  const to = href(['trace', traceId])
  useKeys([{ keys: 't', label: 'Open the trace', run: () => navigate(to) }])
  return (
    <a class="button" href={to} data-row>
      Open the trace
    </a>
  )
}

function ExampleFacts({ example }: { example: Example }): JSX.Element | null {
  const { method, route, status, version, env, instance, user } = example
  const request = [method, route].filter(Boolean).join(' ')
  const facts: [string, string | number | null][] = [
    ['request', request],
    ['status', status],
    ['version', version],
    ['environment', env],
    ['instance', instance],
    ['user', user],
  ]
  const known = facts.filter(([, value]) => value !== null && value !== '')
  if (known.length === 0) return null
  return (
    <dl class="example">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** How often it happened, by the hour, with what happened to the service meanwhile. */
function Times({ group }: { group: Detail }): JSX.Element {
  const { data } = useFleet({ window: '7d', service: group.service }, 60_000)
  const drawn = useMemo(() => {
    const { times, counts } = hoursOf(group, Date.now())
    return { times, series: [{ label: 'by the hour', values: counts, colour: 'bad', area: true }] }
  }, [group.series, group.first_seen])
  const marks = data?.services.find(({ name }) => name === group.service)?.marks
  const shown = useMemo(() => chartMarks(marks ?? []), [marks])
  return (
    <Panel title="How often" note={drawn.times.length > 24 ? 'in a week' : 'in a day'}>
      <Chart
        label={`Occurrences by the hour, ${counted(group.count, 'time')} ever`}
        times={drawn.times}
        series={drawn.series}
        marks={shown}
        format={count}
        height={140}
      />
    </Panel>
  )
}
