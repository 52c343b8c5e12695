import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { Answer } from '../../api/client.ts'
import { zone } from '../../app/preferences.ts'
import { useStore } from '../../app/store.ts'
import { count, counted } from '../../format/numbers.ts'
import { clock, shortTime } from '../../format/time.tsx'
import { SEVERITIES, toneOf } from './severity.ts'
import './histogram.css'

interface HistogramProps {
  histogram: Answer<'logs/histogram'>
  since: number
  until: number
  /** What dragging over a range does; milliseconds since the epoch. */
  onSelect: (since: number, until: number) => void
}

/**
 * How many records there are over time, the gravest at the bottom of each pile. Dragging, or the arrows with Shift, select;
 * letting go, or Enter, chooses.
 */
export function Histogram({ histogram, since, until, onSelect }: HistogramProps): JSX.Element {
  const zoneNow = useStore(zone)
  const box = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<readonly [from: number, to: number]>()
  const [keyed, setKeyed] = useState<readonly [step: number, toStep: number]>()
  const { data, step_ms } = histogram
  const begin = Math.floor(since / step_ms) * step_ms
  const length = Math.max(step_ms, Math.ceil(until / step_ms) * step_ms - begin)
  const top = Math.max(1, ...data.map(({ total }) => total))
  const total = data.reduce((sum, each) => sum + each.total, 0)
  const shareAt = ({ clientX }: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect()
    return Math.min(1, Math.max(0, (clientX - left) / width))
  }
  const release = () => {
    setDrag(undefined)
    if (!drag) return
    const [from, to] = drag.toSorted((a, b) => a - b) as [number, number]
    if (to - from > 0.004) onSelect(timeAt(from), timeAt(to))
  }
  const steps = Math.round(length / step_ms)
  const chosen = keyed && { from: Math.min(...keyed) / steps, to: (Math.max(...keyed) + 1) / steps }
  const timeAt = (share: number) => begin + share * length
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by !== undefined) {
      const [anchor, at] = keyed ?? [steps, steps]
      const to = Math.min(steps - 1, Math.max(0, at + by))
      setKeyed([event.shiftKey ? Math.min(anchor, steps - 1) : to, to])
    } else if (event.key === 'Enter' && chosen) {
      setKeyed(undefined)
      onSelect(timeAt(chosen.from), timeAt(chosen.to))
    } else if (event.key === 'Escape' && chosen) setKeyed(undefined)
    else return
    event.preventDefault()
  }
  const shown = drag ? { from: Math.min(...drag), to: Math.max(...drag) } : chosen
  return (
    <div class="histogram">
      <div
        ref={box}
        class="bars"
        role="group"
        tabIndex={0}
        aria-label={`${counted(total, 'record')} over time, ${count(top)} at most in a step: arrows move, Shift selects, Enter chooses`}
        onKeyDown={onKeyDown}
        onBlur={() => setKeyed(undefined)}
        onPointerDown={(event) => {
          ;(event.currentTarget as HTMLElement).setPointerCapture(event.pointerId)
          setDrag([shareAt(event), shareAt(event)])
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], shareAt(event)])}
        onPointerUp={release}
        onPointerCancel={() => setDrag(undefined)}
      >
        {data.map((each) => (
          <i
            key={each.start}
            title={`${shortTime(Date.parse(each.start), zoneNow)}: ${counted(each.total, 'record')}${told(each.severities)}`}
            style={{
              '--from': String((Date.parse(each.start) - begin) / length),
              '--part': String(step_ms / length),
              '--height': String(each.total / top),
            }}
          >
            {SEVERITIES.filter((word) => (each.severities[word] ?? 0) > 0).map((word) => (
              <b key={word} class={toneOf(word)} style={{ flexGrow: each.severities[word] }} />
            ))}
          </i>
        ))}
        {shown && (
          <span
            class="chosen"
            style={{ '--from': String(shown.from), '--part': String(shown.to - shown.from) }}
          />
        )}
      </div>
      <p class="ends" aria-hidden="true">
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <span key={share}>{shortTime(timeAt(share), zoneNow)}</span>
        ))}
      </p>
      <p class="unseen" role="status">
        {chosen &&
          `${clock(timeAt(chosen.from), zoneNow).slice(0, 8)} to ${clock(timeAt(chosen.to), zoneNow).slice(0, 8)}`}
      </p>
    </div>
  )
}

function told(severities: Record<string, number>): string {
  const parts = SEVERITIES.filter((word) => (severities[word] ?? 0) > 0).map(
    (word) => `${count(severities[word]!)} ${word}`,
  )
  return parts.length > 0 ? `, ${parts.join(', ')}` : ''
}
