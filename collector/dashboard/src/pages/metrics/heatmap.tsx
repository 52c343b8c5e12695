import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { theme, zone } from '../../app/preferences.ts'
import { href } from '../../app/router.ts'
import { useStore } from '../../app/store.ts'
import { coloursOf } from '../../components/chart.tsx'
import { fullTime, shortTime } from '../../format/time.tsx'
import type { Exemplar, Range } from './metrics.ts'

interface HeatmapProps {
  range: Range
  exemplars: readonly Exemplar[]
  format: (value: number) => string
}

const LABELS = 5

/** How measurements are spread over values, step by step; dots lead to the traces of single ones. */
export function Heatmap({ range, exemplars, format }: HeatmapProps): JSX.Element | null {
  const canvas = useRef<HTMLCanvasElement>(null)
  const zoneNow = useStore(zone)
  const themeNow = useStore(theme)
  const heatmap = range.heatmaps[0]
  const counts = heatmap?.counts
  const bounds = heatmap?.bounds ?? []
  useEffect(() => {
    const place = canvas.current
    if (!place || !counts) return
    const draw = () => paint(place, counts, bounds.length)
    draw()
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', draw)
    return () => system.removeEventListener('change', draw)
  }, [heatmap, themeNow])
  if (!counts || bounds.length === 0) return null

  const times = range.times.map((time) => Date.parse(time))
  const [begin, length] = [times[0] ?? 0, Math.max(1, times.length * range.step_ms)]
  const dots = exemplars.flatMap((each) => {
    const at = (Date.parse(each.time) - begin) / length
    if (typeof each.value !== 'number' || each.trace_id === null || at < 0 || at > 1) return []
    const value = each.value
    const bucket = bounds.findIndex((bound) => bound === null || value <= bound)
    const up = ((bucket < 0 ? bounds.length - 1 : bucket) + 0.5) / bounds.length
    return [{ at, up, value, id: each.trace_id, time: each.time, span: each.span_id }]
  })
  const every = Math.max(1, Math.ceil(bounds.length / LABELS))
  return (
    <div class="heatmap">
      <ol class="bounds" aria-hidden="true">
        {bounds.map(
          (bound, index) =>
            index % every === every - 1 &&
            bound !== null && (
              <li key={index} style={{ '--up': String((index + 1) / bounds.length) }}>
                {format(bound)}
              </li>
            ),
        )}
      </ol>
      <div class="field">
        <canvas
          ref={canvas}
          role="img"
          aria-label={`How values are spread over time, in ${bounds.length} ranges`}
        />
        {dots.map(({ id, at, up, value, time, span }, index) => (
          <a
            key={index}
            class="dot"
            href={href(['trace', id], { span: span ?? undefined })}
            title={`${format(value)} at ${fullTime(Date.parse(time), zoneNow)}: open its trace`}
            aria-label={`Trace of ${format(value)}`}
            style={{ '--at': String(at), '--up': String(up) }}
          />
        ))}
      </div>
      <p class="ends" aria-hidden="true">
        {[0, 0.5, 1].map((share) => (
          <span key={share}>{shortTime(begin + share * length, zoneNow)}</span>
        ))}
      </p>
    </div>
  )
}

/** One pixel for each step and range, which the page stretches; the more there are, the stronger the colour. */
function paint(
  canvas: HTMLCanvasElement,
  counts: readonly (readonly number[] | null)[],
  height: number,
): void {
  canvas.width = Math.max(1, counts.length)
  canvas.height = height
  const context = canvas.getContext('2d')!
  const top = counts.reduce((most, step) => Math.max(most, ...(step ?? [])), 1)
  context.fillStyle = coloursOf(canvas.parentElement!)('accent')
  for (const [x, step] of counts.entries()) {
    for (const [y, amount] of (step ?? []).entries()) {
      if (amount <= 0) continue
      context.globalAlpha = 0.14 + 0.86 * Math.sqrt(amount / top)
      context.fillRect(x, height - 1 - y, 1, 1)
    }
  }
}
