import type { JSX } from 'preact'
import { useEffect } from 'preact/hooks'
import type { PageProps } from '../../app/pages.ts'
import { href } from '../../app/router.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { serviceColour, ServiceName } from '../../components/service-name.tsx'
import { summarise } from '../../events/summary.ts'
import { share, ticks } from '../../format/axis.ts'
import type { Fields } from '../../format/json.ts'
import { counted, duration } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'
import type { StoredEvent } from '../../live/protocol.ts'
import type { Lane } from './lanes.ts'
import { useCorrelation } from './use-correlation.ts'
import './correlation.css'

const TICKS = 4
const MAX_MARKS = 100

/** Everything under one correlation id on one time axis: a lane for each trace, with the hub events in it. */
export default function CorrelationPage({ params: { id = '' } }: PageProps): JSX.Element {
  const { lanes, events, isMore, error, again } = useCorrelation(id)
  useEffect(() => void (document.title = `${id}, Hubline`), [id])
  const isEmpty = lanes?.length === 0
  return (
    <article class="correlation">
      <p class="back">
        <a class="link" href={href(['traces'])}>
          Traces
        </a>
      </p>
      <h1>
        <small>Correlation</small> {id}
      </h1>
      <Problem error={error} again={again} />
      {isEmpty && (
        <div class="panel">
          <EmptyState
            title="Nothing is known under this correlation id"
            steps={[{ say: 'Requests carry it in a header:', line: `x-correlation-id: ${id}` }]}
          />
        </div>
      )}
      {lanes && !isEmpty && <Shown lanes={lanes} events={events} isMore={isMore} />}
      {!lanes && !error && <p class="nothing">Reading the correlation</p>}
    </article>
  )
}

interface ShownProps {
  lanes: readonly Lane[]
  events: readonly StoredEvent[]
  isMore: boolean
}

function Shown({ lanes, events, isMore }: ShownProps): JSX.Element {
  const begin = Math.min(...lanes.map(({ from }) => from))
  const length = Math.max(...lanes.map(({ to }) => to)) - begin
  const traces = lanes.filter(({ traceId }) => traceId !== undefined)
  const failed = traces.filter(({ trace }) => (trace?.errors ?? 0) > 0).length
  const byTime = events.toSorted((a, b) => Date.parse(a.occurred_at) - Date.parse(b.occurred_at))
  return (
    <>
      <p class="correlation-facts">
        <b>{duration(length)}</b>
        <When at={begin} />
        <Ago at={begin} />
        <span>{counted(traces.length, 'trace')}</span>
        {failed > 0 && <b class="bad">{failed} failed</b>}
        <span>{counted(events.length, 'event')}</span>
        {isMore && <span class="warn">there is more than is shown</span>}
      </p>
      <Panel title="Timeline">
        <div class="lanes">
          <div class="axis" aria-hidden="true">
            {ticks(length, TICKS).map((time) => (
              <span key={time} style={{ '--at': share(time, length) }}>
                {duration(time)}
              </span>
            ))}
          </div>
          <ol aria-label="Traces of this correlation">
            {lanes.map((lane) => (
              <LaneRow key={lane.traceId ?? ''} lane={lane} begin={begin} length={length} />
            ))}
          </ol>
        </div>
      </Panel>
      {byTime.length > 0 && (
        <Panel title="Events">
          <ol class="told" aria-label="Events of this correlation">
            {byTime.map((event) => (
              <Told key={event.id} event={event} begin={begin} />
            ))}
          </ol>
        </Panel>
      )}
    </>
  )
}

function LaneRow({ lane, begin, length }: { lane: Lane; begin: number; length: number }): JSX.Element {
  const { traceId, trace, events, from, to } = lane
  const failed = (trace?.errors ?? 0) > 0
  const end = share(to - begin, length)
  const content = (
    <>
      <span class="whose">
        {trace ? (
          <>
            <ServiceName name={trace.service} />
            <span class="name">{trace.name}</span>
          </>
        ) : (
          <span class="note">{traceId === undefined ? 'outside of traces' : 'a trace without spans'}</span>
        )}
      </span>
      <span class="lane">
        {trace && (
          <i
            class={`line ${serviceColour(trace.service)}${failed ? ' failed' : ''}`}
            style={{ '--from': share(from - begin, length), '--to': end }}
          />
        )}
        {events.slice(0, MAX_MARKS).map((event) => {
          const { text, tone } = said(event)
          return (
            <i
              key={event.id}
              class={`moment-mark is-${tone}`}
              title={`${event.type}: ${text}`}
              style={{ '--at': share(Date.parse(event.occurred_at) - begin, length) }}
            />
          )
        })}
      </span>
      <span class="figures-of-lane">
        {failed && <b class="bad">error </b>}
        {trace ? duration(trace.duration_ms) : counted(events.length, 'event')}
      </span>
    </>
  )
  return (
    <li>
      {traceId === undefined ? (
        <div class="lane-row">{content}</div>
      ) : (
        <a class="lane-row" data-row href={href(['trace', traceId])}>
          {content}
        </a>
      )}
    </li>
  )
}

function Told({ event, begin }: { event: StoredEvent; begin: number }): JSX.Element {
  const { source, type, occurred_at, trace_id } = event
  const { text, tone, facts } = said(event)
  return (
    <li class={`is-${tone}`}>
      <span class="at">+{duration(Math.max(0, Date.parse(occurred_at) - begin))}</span>
      <a href={href(['service', source])}>
        <ServiceName name={source} />
      </a>
      <span class="type clip" title={type}>
        {type}
      </span>
      <span class="says">
        <span class={`said ${tone}`}>{text}</span>
        <Facts facts={facts} />
      </span>
      {trace_id !== undefined && (
        <a class="link" href={href(['trace', trace_id])} data-row>
          trace
        </a>
      )}
    </li>
  )
}

function said({ type, payload, severity }: StoredEvent): ReturnType<typeof summarise> {
  return summarise(type, payload as Fields, severity)
}
