import type { JSX } from 'preact'
import './sparkline.css'

interface SparklineProps {
  /** Oldest first; null where nothing is known. */
  values: readonly (number | null)[]
  /** What it shows, for those who cannot see it, such as `p95 over 6 h, 12 ms to 40 ms`. */
  label: string
  /** Upper end of the scale; the greatest value where it is not given. */
  max?: number
  /** A class that sets `color`; `good`, `warn`, `bad`, `quiet` exist. */
  tone?: string
  /** Filled down to zero, as for rates. */
  area?: boolean
}

const WIDTH = 100
const HEIGHT = 24

/** A small line without axes, as wide as its place. */
export function Sparkline({ values, label, max, tone = '', area = false }: SparklineProps): JSX.Element {
  const top = max ?? Math.max(0, ...values.filter((value) => value !== null))
  const runs = runsOf(values, top > 0 ? top : 1)
  return (
    <svg
      class={`spark ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {area &&
        runs.map((run) => (
          <path key={run.x0} class="area" d={`M${run.x0} ${HEIGHT}L${run.line}L${run.x1} ${HEIGHT}Z`} />
        ))}
      {runs.map((run) => (
        <path key={run.x0} class="line" d={`M${run.line}`} />
      ))}
    </svg>
  )
}

/** Lines between gaps. A point alone is drawn as a short line. */
function runsOf(values: readonly (number | null)[], top: number): { x0: number; x1: number; line: string }[] {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH
  const runs: [x: number, y: number][][] = []
  let isOpen = false
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isOpen = false
      continue
    }
    if (!isOpen) runs.push([])
    isOpen = true
    runs
      .at(-1)!
      .push([round(index * step), round(HEIGHT - 1.5 - (Math.min(value, top) / top) * (HEIGHT - 3))])
  }
  return runs.map((points) => {
    const [first, last] = [points[0]!, points.at(-1)!]
    if (points.length === 1) points.push([round(Math.min(WIDTH, first[0] + step / 2)), first[1]])
    return {
      x0: first[0],
      x1: points.length === 2 ? points[1]![0] : last[0],
      line: points.map((point) => point.join(' ')).join('L'),
    }
  })
}

function round(number: number): number {
  return Math.round(number * 100) / 100
}
