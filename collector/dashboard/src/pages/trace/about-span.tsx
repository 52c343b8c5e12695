import type { JSX } from 'preact'
import { href } from '../../app/router.ts'
import { Facts } from '../../components/facts.tsx'
import { oneLine, type Fields } from '../../format/json.ts'
import { duration, percent } from '../../format/numbers.ts'
import type { Stretch } from './critical-path.ts'
import { ErrorLink } from './error-link.tsx'
import type { Moment } from './moments.ts'
import type { PlacedSpan } from './tree.ts'
import type { View } from './view.ts'

const MAX_MOMENTS = 20

interface AboutSpanProps {
  placed: PlacedSpan
  selfMs: number
  critical: readonly Stretch[] | undefined
  moments: readonly Moment[]
  view: View
}

/** All that is known of a span. */
export function AboutSpan({ placed, selfMs, critical, moments, view }: AboutSpanProps): JSX.Element {
  const { span, startMs, durationMs } = placed
  const { spanId, kind, status, attributes, service } = span
  const said = status.message === '' ? status.code : `${status.code}: ${status.message}`
  const facts: Fields = { status: said, ...attributes, kind, 'span id': spanId }
  const waited = (critical ?? []).reduce((sum, { from, to }) => sum + to - from, 0)
  return (
    <div class="about-span" onClick={(event) => event.stopPropagation()}>
      <p class="trace-facts">
        <span>
          <b>{duration(durationMs)}</b> from {duration(startMs)} on
        </span>
        <span>
          <b>{duration(selfMs)}</b> in itself{durationMs > 0 && `, ${percent(selfMs / durationMs)}`}
        </span>
        <span>
          {waited > 0 ? (
            <>
              <b>{duration(waited)}</b> on the critical path
            </>
          ) : (
            'not on the critical path'
          )}
        </span>
        <a class="link" href={href(['service', service])}>
          {service}
        </a>
        <button type="button" onClick={() => view.show(startMs, startMs + durationMs)}>
          Zoom to it
        </button>
      </p>
      {moments.length > 0 && (
        <ol class="said-here" aria-label="Said by this span">
          {moments.slice(0, MAX_MOMENTS).map(({ atMs, type, said, error }, index) => (
            <li key={index}>
              <span class="at">+{duration(atMs)}</span>
              <span class="type">{type}</span>
              <span class={`said ${said.tone}`}>{said.text}</span>
              <Facts facts={said.facts} />
              {error && <ErrorLink error={error} />}
            </li>
          ))}
        </ol>
      )}
      <dl>
        {Object.entries(facts).flatMap(([key, value]) => [
          <dt key={`${key} name`}>{key}</dt>,
          <dd key={key}>{oneLine(value)}</dd>,
        ])}
      </dl>
    </div>
  )
}
