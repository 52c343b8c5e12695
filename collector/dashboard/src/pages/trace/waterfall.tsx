import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { serviceColour, ServiceName } from '../../components/service-name.tsx'
import { share, ticks } from '../../format/axis.ts'
import { oneLine, type Fields } from '../../format/json.ts'
import { counted, duration } from '../../format/numbers.ts'
import type { Moment } from './moments.ts'
import type { PlacedSpan } from './tree.ts'
import type { Span } from './types.ts'

const MAX_ROWS = 1000
const TICKS = 5

interface WaterfallProps {
  placed: readonly PlacedSpan[]
  moments: readonly Moment[]
  lengthMs: number
}

/** Spans as bars on one time axis, children below their parents; each opens to show its attributes. */
export function Waterfall({ placed, moments, lengthMs }: WaterfallProps): JSX.Element {
  const marks = Map.groupBy(moments, ({ spanId }) => spanId)
  const left = placed.length - MAX_ROWS
  return (
    <div class="panel waterfall">
      <div class="axis" aria-hidden="true">
        {ticks(lengthMs, TICKS).map((time) => (
          <span key={time} style={{ '--at': share(time, lengthMs) }}>
            {duration(time)}
          </span>
        ))}
      </div>
      <ol aria-label="Spans">
        {placed.slice(0, MAX_ROWS).map((each) => (
          <Row
            key={each.span.spanId}
            placed={each}
            moments={marks.get(each.span.spanId) ?? []}
            lengthMs={lengthMs}
          />
        ))}
      </ol>
      {left > 0 && <p class="nothing">{counted(left, 'further span')} not shown</p>}
    </div>
  )
}

interface RowProps {
  placed: PlacedSpan
  moments: readonly Moment[]
  lengthMs: number
}

function Row({ placed, moments, lengthMs }: RowProps): JSX.Element {
  const [wasOpen, setWasOpen] = useState(false)
  const { span, depth, startMs, durationMs, orphan } = placed
  const failed = span.status.code === 'error'
  const from = share(startMs, lengthMs)
  const to = share(startMs + durationMs, lengthMs)
  const title = `${span.service}: ${span.name}, ${duration(durationMs)} from ${duration(startMs)} on`
  return (
    <li>
      <details onToggle={() => setWasOpen(true)}>
        <summary data-row title={title} class={failed ? 'failed' : undefined}>
          <span class="what" style={{ '--depth': Math.min(depth, 12) }}>
            <ServiceName name={span.service} />
            <span class="name">{span.name}</span>
            {orphan && (
              <span class="note" title={`Its parent ${span.parentSpanId} has not arrived`}>
                parent unknown
              </span>
            )}
          </span>
          <span class={to > 0.82 ? 'track full' : 'track'} style={{ '--from': from, '--to': to }}>
            <span class={`bar ${serviceColour(span.service)}`} />
            {/* What the span itself tells needs no mark on it. */}
            {moments
              .filter(({ kinds }) => !kinds.includes('span'))
              .map((moment, index) => (
                <Tick key={index} moment={moment} lengthMs={lengthMs} />
              ))}
            <span class="took">
              {failed && <b class="bad">error </b>}
              {duration(durationMs)}
            </span>
          </span>
        </summary>
        {wasOpen && <About span={span} />}
      </details>
    </li>
  )
}

function Tick({ moment: { atMs, type, said }, lengthMs }: { moment: Moment; lengthMs: number }): JSX.Element {
  return (
    <i
      class={`tick is-${said.tone}`}
      title={`${type} at ${duration(atMs)}`}
      style={{ '--at': share(atMs, lengthMs) }}
    />
  )
}

function About({ span: { spanId, kind, status, attributes } }: { span: Span }): JSX.Element {
  const said = status.message === '' ? status.code : `${status.code}: ${status.message}`
  const facts: Fields = { kind, 'span id': spanId, status: said, ...attributes }
  return (
    <dl>
      {Object.entries(facts).flatMap(([key, value]) => [
        <dt key={`${key} name`}>{key}</dt>,
        <dd key={key}>{oneLine(value)}</dd>,
      ])}
    </dl>
  )
}
