import type { JSX } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import { serviceColour } from '../../components/service-name.tsx'
import { duration } from '../../format/numbers.ts'
import type { Stretch } from './critical-path.ts'
import type { PlacedSpan } from './tree.ts'
import type { View } from './view.ts'

const WIDTH = 1000
const LEAST = 2

interface MinimapProps {
  placed: readonly PlacedSpan[]
  lengthMs: number
  view: View
}

/** The whole trace in little room. Dragging across it chooses what the waterfall shows. */
export function Minimap({ placed, lengthMs, view }: MinimapProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<Stretch>()
  const lines = useMemo(() => linesOf(placed, lengthMs), [placed, lengthMs])
  const timeAt = ({ clientX }: PointerEvent) => {
    const { left, width } = box.current!.getBoundingClientRect()
    return Math.max(0, Math.min(1, (clientX - left) / width)) * lengthMs
  }
  const onPointerDown = (event: PointerEvent) => {
    box.current!.setPointerCapture(event.pointerId)
    setDrag({ from: timeAt(event), to: timeAt(event) })
  }
  const onPointerUp = () => {
    if (drag === undefined) return
    const [from, to] = drag.from < drag.to ? [drag.from, drag.to] : [drag.to, drag.from]
    setDrag(undefined)
    if (to - from > lengthMs / 200) view.show(from, to)
    else view.show(from - (view.to - view.from) / 2, from + (view.to - view.from) / 2)
  }
  const at = (ms: number) => (lengthMs > 0 ? ms / lengthMs : 0)
  const { from, to } = drag ?? view
  return (
    <div
      ref={box}
      class="minimap"
      role="img"
      aria-label={`The whole trace, ${duration(lengthMs)}; shown from ${duration(view.from)} to ${duration(view.to)}`}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => drag && setDrag({ ...drag, to: timeAt(event) })}
      onPointerUp={onPointerUp}
      onPointerCancel={() => setDrag(undefined)}
    >
      <svg
        viewBox={`0 0 ${WIDTH} ${Math.max(placed.length, 6)}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {lines.map(({ tone, path }) => (
          <path key={tone} class={tone} d={path} />
        ))}
      </svg>
      {(!view.isWhole || drag !== undefined) && (
        <>
          <i class="veil" style={{ '--from': 0, '--to': at(Math.min(from, to)) }} />
          <i class="veil" style={{ '--from': at(Math.max(from, to)), '--to': 1 }} />
        </>
      )}
    </div>
  )
}

/** One path for each colour, however many spans there are; failures above all else. */
function linesOf(placed: readonly PlacedSpan[], lengthMs: number): { tone: string; path: string }[] {
  const paths = new Map<string, string[]>()
  const scale = lengthMs > 0 ? WIDTH / lengthMs : 0
  for (const [row, { span, startMs, durationMs }] of placed.entries()) {
    const tone = span.status.code === 'error' ? 'failure' : serviceColour(span.service)
    const from = Math.min(WIDTH - LEAST, startMs * scale)
    const to = Math.max(from + LEAST, (startMs + durationMs) * scale)
    const line = `M${from.toFixed(1)} ${row + 0.5}H${to.toFixed(1)}`
    const lines = paths.get(tone)
    if (lines) lines.push(line)
    else paths.set(tone, [line])
  }
  return [...paths]
    .map(([tone, lines]) => ({ tone, path: lines.join('') }))
    .toSorted((a, b) => Number(a.tone === 'failure') - Number(b.tone === 'failure'))
}
