import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { ApiError } from '../../api/client.ts'
import { useRead } from '../../api/use-read.ts'
import type { PageProps } from '../../app/pages.ts'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { counted, duration } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'
import { useLive } from '../../live/use-live.ts'
import { momentsOf } from './moments.ts'
import { Story } from './story.tsx'
import { beginOf, placeSpans } from './tree.ts'
import type { Trace } from './types.ts'
import { Waterfall } from './waterfall.tsx'
import './trace.css'

const EVERY_MS = 5000

/** One trace: its spans over time, and what was said meanwhile. Reads again, as the parts of a trace arrive one by one. */
export default function TracePage({ params: { id = '' } }: PageProps): JSX.Element {
  const reading = useRead('traces/{id}', { id }, { everyMs: EVERY_MS, keep: false })
  useLive(/^[0-9a-f]{32}$/i.test(id) ? { trace_id: id.toLowerCase() } : null, { take: reading.poke })
  const trace = reading.data as unknown as Trace | undefined
  const isUnknown = reading.error instanceof ApiError && reading.error.status === 404
  return (
    <article class="trace">
      {isUnknown && <p class="nothing">Nothing is known of the trace {id} yet.</p>}
      {!isUnknown && <Problem error={reading.error} again={reading.again} />}
      {trace && <Shown trace={trace} />}
      {!trace && !reading.error && <p class="nothing">Reading the trace</p>}
    </article>
  )
}

function Shown({ trace }: { trace: Trace }): JSX.Element {
  const { placed, moments } = useMemo(() => {
    const begin = beginOfTrace(trace)
    return { placed: placeSpans(trace.spans, begin), moments: momentsOf(trace, begin) }
  }, [trace])
  const name = placed[0]?.span.name ?? 'Trace without spans'
  useEffect(() => void (document.title = `${name}, Hubline`), [name])
  return (
    <>
      <h1>{name}</h1>
      <TraceFacts trace={trace} />
      {placed.length > 0 && <Waterfall placed={placed} moments={moments} lengthMs={trace.duration_ms ?? 0} />}
      {trace.truncated && (
        <p class="note">This trace is larger than one answer carries; a part of it is shown.</p>
      )}
      <Panel title="Events and logs">
        <Story moments={moments} />
      </Panel>
    </>
  )
}

function beginOfTrace({ spans, events, logs }: Trace): bigint {
  const firstEvent = events[0] ? BigInt(Date.parse(events[0].occurred_at)) * 1_000_000n : undefined
  return beginOf(spans) ?? firstEvent ?? BigInt(logs[0]?.timeUnixNano ?? 0)
}

function TraceFacts({ trace }: { trace: Trace }): JSX.Element {
  const { trace_id, start, duration_ms, spans, services, events, logs } = trace
  const failed = spans.filter(({ status }) => status.code === 'error').length
  return (
    <p class="trace-facts">
      {duration_ms !== null && <b>{duration(duration_ms)}</b>}
      {start !== null && <When at={start} />}
      {start !== null && <Ago at={start} />}
      <span>{counted(services.length, 'service')}</span>
      <span>{counted(spans.length, 'span')}</span>
      {failed > 0 && <span class="bad">{counted(failed, 'error')}</span>}
      <span>{counted(events.length, 'event')}</span>
      <span>{counted(logs.length, 'log')}</span>
      <code>{trace_id}</code>
    </p>
  )
}
