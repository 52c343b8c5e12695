import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useQueryState } from '../../app/router.ts'
import { Dropdown } from '../../components/dropdown.tsx'
import { Facts } from '../../components/facts.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { VirtualList } from '../../components/virtual-list.tsx'
import { duration } from '../../format/numbers.ts'
import type { Moment } from './moments.ts'
import type { PlacedSpan } from './tree.ts'
import './story.css'

const ROW_PX = 29
const CHOICES = [
  { value: 'all', label: 'everything' },
  { value: 'said', label: 'events and logs' },
  { value: 'trouble', label: 'warnings and errors' },
]

/** Everything of a trace in the order of time: what was said, and when each span began. */
export function Story({
  moments,
  placed,
}: {
  moments: readonly Moment[]
  placed: readonly PlacedSpan[]
}): JSX.Element {
  const [shown, setShown] = useQueryState('of', 'all')
  const rows = useMemo(() => {
    if (shown === 'trouble') return moments.filter(({ said }) => said.tone === 'bad' || said.tone === 'warn')
    if (shown === 'said') return moments
    return [...moments, ...placed.map(beginOfSpan)].toSorted((a, b) => a.atMs - b.atMs)
  }, [moments, placed, shown])
  return (
    <section aria-label="Everything by time" class="part">
      <div class="bar">
        <Dropdown label="Show" value={shown} set={setShown} options={CHOICES} />
      </div>
      <div class="panel story">
        {rows.length === 0 && <p class="nothing">No hub events or logs like that belong to this trace.</p>}
        <VirtualList
          label="Everything by time"
          items={rows}
          itemKey={(_, index) => index}
          rowHeight={ROW_PX}
          measured
          render={(moment) => <MomentRow moment={moment} />}
        />
      </div>
    </section>
  )
}

/** What was said at one time, on a line. */
export function MomentRow({ moment: { kinds, atMs, service, type, said } }: { moment: Moment }): JSX.Element {
  return (
    <div class={`moment is-${said.tone}`}>
      <span class="at">{`${atMs < 0 ? '' : '+'}${duration(atMs)}`}</span>
      <ServiceName name={service} />
      <span class="type" title={type}>
        {type}
      </span>
      <span class="says">
        <span class={`said ${said.tone}`}>{said.text}</span>
        <Facts facts={said.facts} />
      </span>
      <span class="kinds">
        {kinds.map((kind) => (
          <span key={kind}>{kind}</span>
        ))}
      </span>
    </div>
  )
}

function beginOfSpan({ span, startMs, durationMs }: PlacedSpan): Moment {
  const failed = span.status.code === 'error'
  return {
    kinds: ['span'],
    atMs: startMs,
    service: span.service,
    spanId: span.spanId,
    type: 'span begins',
    said: {
      text: span.name,
      tone: 'plain',
      facts: [
        { text: duration(durationMs), tone: 'plain' },
        ...(failed ? [{ text: 'error', tone: 'bad' as const }] : []),
      ],
    },
  }
}
