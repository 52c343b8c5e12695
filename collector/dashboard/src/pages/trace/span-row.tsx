import type { JSX } from 'preact'
import { Icon } from '../../components/icons.tsx'
import { serviceColour, ServiceName } from '../../components/service-name.tsx'
import { count, counted, duration } from '../../format/numbers.ts'
import { AboutSpan } from './about-span.tsx'
import type { Stretch } from './critical-path.ts'
import type { Moment } from './moments.ts'
import type { PlacedSpan } from './tree.ts'
import type { View } from './view.ts'

const MAX_MARKS = 40
const MAX_DEPTH = 14

interface SpanRowProps {
  placed: PlacedSpan
  selfMs: number
  critical: readonly Stretch[] | undefined
  moments: readonly Moment[] | undefined
  view: View
  /** As was searched for, rather than above what was. */
  isFound: boolean
  isShut: boolean
  isOpen: boolean
  /** Hides or shows what is below it. */
  toggle: (spanId: string) => void
}

export function SpanRow(props: SpanRowProps): JSX.Element {
  const { placed, selfMs, critical, moments = [], view, isFound, isShut, isOpen, toggle } = props
  const { span, depth, startMs, durationMs, orphan, below } = placed
  const failed = span.status.code === 'error'
  const [from, to] = [view.place(startMs), view.place(startMs + durationMs)]
  const title = `${span.service}: ${span.name}, ${duration(durationMs)} from ${duration(startMs)} on, ${duration(selfMs)} of it in itself`
  const onToggle = (event: MouseEvent) => {
    event.stopPropagation()
    toggle(span.spanId)
  }
  // Beyond, the words stand before the bar's end.
  const isFull = to > 0.82
  return (
    <>
      <div
        class={`span${failed ? ' failed' : ''}${isFound ? '' : ' aside'}${isOpen ? ' open' : ''}`}
        title={title}
      >
        <div class="what" style={{ '--depth': Math.min(depth, MAX_DEPTH) }}>
          {below > 0 ? (
            <button
              type="button"
              class="fold"
              tabIndex={-1}
              aria-expanded={!isShut}
              aria-label={`${counted(below, 'span')} below ${span.name}`}
              onClick={onToggle}
            >
              <Icon name={isShut ? 'right' : 'down'} />
            </button>
          ) : (
            <i class="fold" />
          )}
          <ServiceName name={span.service} />
          <span class="name">{span.name}</span>
          {isShut && <span class="chip">{count(below)} below</span>}
          {orphan && (
            <span class="note" title={`Its parent ${span.parentSpanId} has not arrived`}>
              parent unknown
            </span>
          )}
        </div>
        <div class="track">
          {to >= 0 && from <= 1 && (
            <div class="seen" style={{ '--from': clip(from), '--to': clip(to) }}>
              <span class={`line ${serviceColour(span.service)}`} />
              {critical?.map((each) => (
                <Critical key={each.from} stretch={each} view={view} />
              ))}
            </div>
          )}
          {/* What the span itself tells needs no mark on it. */}
          {moments
            .filter(({ kinds }) => !kinds.includes('span'))
            .slice(0, MAX_MARKS)
            .map((moment, index) => (
              <Mark key={index} moment={moment} view={view} />
            ))}
          <span
            class={isFull ? 'took full' : 'took'}
            style={{ '--from': clip(from), '--to': isFull ? Math.min(1, clip(to)) : clip(to) }}
          >
            {failed && <b class="bad">error </b>}
            {duration(durationMs)}
          </span>
        </div>
      </div>
      {isOpen && (
        <AboutSpan placed={placed} selfMs={selfMs} critical={critical} moments={moments} view={view} />
      )}
    </>
  )
}

function Critical({ stretch, view }: { stretch: Stretch; view: View }): JSX.Element | null {
  const [from, to] = [view.place(stretch.from), view.place(stretch.to)]
  if (to < 0 || from > 1) return null
  return <i class="critical" style={{ '--from': clip(from), '--to': clip(to) }} />
}

function Mark({ moment, view }: { moment: Moment; view: View }): JSX.Element | null {
  const { atMs, type, said, kinds } = moment
  const at = view.place(atMs)
  if (at < -0.001 || at > 1.001) return null
  return (
    <i
      class={`mark ${kinds.includes('event') ? 'is-event' : 'is-log'} is-${said.tone}`}
      title={`${type} at ${duration(atMs)}: ${said.text}`}
      style={{ '--at': clip(at) }}
    />
  )
}

function clip(share: number): number {
  return Math.max(0, Math.min(1, share))
}
