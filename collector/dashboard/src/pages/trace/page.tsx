import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { ApiError } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import type { PageProps } from '../../app/pages.ts'
import { href } from '../../app/router.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { Problem } from '../../components/problem.tsx'
import { Tabs, useTab } from '../../components/tabs.tsx'
import { isText } from '../../format/json.ts'
import { count, counted, duration } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'
import { useLivePoke } from '../../live/use-live.ts'
import { Cause } from './cause.tsx'
import { sharesOf } from './critical-path.ts'
import { momentsOf } from './moments.ts'
import { SelfTime } from './self-time.tsx'
import { Story } from './story.tsx'
import { beginOf, placeSpans } from './tree.ts'
import type { Trace } from './types.ts'
import { Waterfall } from './waterfall.tsx'
import './trace.css'
import './about-span.css'

const EVERY_MS = 5000
/** How often a trace is read again that is too large to be read often. */
const LARGE_EVERY_MS = 60_000
const LARGE = 1000

/** One trace: its spans over time, and what was said meanwhile. Reads again, as the parts of a trace arrive one by one. */
export default function TracePage({ params: { id = '' } }: PageProps): JSX.Element {
  const everyMs = (spans: number) => (spans > LARGE ? LARGE_EVERY_MS : EVERY_MS)
  const large = useMemo(() => ({ spans: 0 }), [id])
  const reading = useRead('traces/{id}', { id }, { everyMs: everyMs(large.spans), keep: false })
  const trace = reading.data as unknown as Trace | undefined
  large.spans = trace?.spans.length ?? large.spans
  const isFollowed = /^[0-9a-f]{32}$/i.test(id) && large.spans <= LARGE
  useLivePoke(isFollowed ? { trace_id: id.toLowerCase() } : null, reading.poke)
  const isUnknown = reading.error instanceof ApiError && reading.error.status === 404
  return (
    <article class="trace">
      <p class="back">
        <a class="link" href={href(['traces'])}>
          Traces
        </a>
      </p>
      {isUnknown && (
        <div class="panel">
          <EmptyState title={`Nothing is known of the trace ${id}`}>
            Its spans have not come yet, or are older than what is kept. It appears by itself.
          </EmptyState>
        </div>
      )}
      {!isUnknown && <Problem error={reading.error} again={reading.again} />}
      {trace && <Shown trace={trace} />}
      {!trace && !reading.error && <p class="nothing">Reading the trace</p>}
    </article>
  )
}

function Shown({ trace }: { trace: Trace }): JSX.Element {
  const { placed, moments, shares, lengthMs } = useMemo(() => {
    const begin = beginOfTrace(trace)
    const placed = placeSpans(trace.spans, begin)
    const shares = sharesOf(placed)
    return { placed, moments: momentsOf(trace, begin), shares, lengthMs: trace.duration_ms ?? 0 }
  }, [trace])
  const tab = useTab(placed.length > 0 ? ['waterfall', 'story', 'time'] : ['story'])
  const name = placed[0]?.span.name ?? 'Trace without spans'
  useEffect(() => void (document.title = `${name}, Hubline`), [name])
  return (
    <>
      <h1>{name}</h1>
      <TraceFacts trace={trace} />
      <Cause placed={placed} moments={moments} />
      {trace.truncated && (
        <p class="note">
          This trace is larger than one answer carries: {count(placed.length)} of{' '}
          {counted(trace.counts.spans, 'span')} are shown, {count(trace.logs.length)} of{' '}
          {counted(trace.counts.logs, 'log')}.
        </p>
      )}
      {placed.length > 0 && (
        <Tabs
          tabs={[
            { id: 'waterfall', title: 'Waterfall' },
            { id: 'story', title: 'Everything by time' },
            { id: 'time', title: 'Where the time went' },
          ]}
        />
      )}
      {tab === 'waterfall' && <Waterfall {...{ placed, shares, moments, lengthMs }} />}
      {tab === 'story' && <Story moments={moments} placed={placed} />}
      {tab === 'time' && <SelfTime id={trace.trace_id} {...{ placed, shares, lengthMs }} />}
    </>
  )
}

function beginOfTrace({ spans, events, logs }: Trace): bigint {
  const firstEvent = events[0] ? BigInt(Date.parse(events[0].occurred_at)) * 1_000_000n : undefined
  return beginOf(spans) ?? firstEvent ?? BigInt(logs[0]?.timeUnixNano ?? 0)
}

function TraceFacts({ trace }: { trace: Trace }): JSX.Element {
  const { trace_id, start, duration_ms, services, counts } = trace
  return (
    <p class="trace-facts">
      {duration_ms !== null && <b>{duration(duration_ms)}</b>}
      {start !== null && <When at={start} />}
      {start !== null && <Ago at={start} />}
      <span>{counted(services.length, 'service')}</span>
      <span>{counted(counts.spans, 'span')}</span>
      {counts.errors > 0 && <span class="bad">{counted(counts.errors, 'error')}</span>}
      <span>{counted(counts.events, 'event')}</span>
      <span>{counted(counts.logs, 'log')}</span>
      {correlationsOf(trace).map((id) => (
        <a key={id} class="link" href={href(['correlation', id])} title={`Correlation ${id}`}>
          all of this correlation
        </a>
      ))}
      <code>{trace_id}</code>
    </p>
  )
}

/** The correlation ids that the trace tells of, few in any sound one. */
function correlationsOf({ events, spans }: Trace): string[] {
  const told = [
    ...events.map(({ correlation_id }) => correlation_id),
    ...spans.map(({ attributes }) => attributes['hub.correlation_id']),
  ]
  return [...new Set(told.filter((id) => isText(id)))].slice(0, 3)
}
