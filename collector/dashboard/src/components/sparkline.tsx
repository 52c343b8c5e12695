import type { JSX } from 'preact'
import './sparkline.css'

type Values = readonly (number | null)[]

interface SparklineProps {
  /** Oldest first; null where nothing is known. */
  values: Values
  /** What it shows, for those who cannot see it, such as `p95 over 6 h, 12 ms to 40 ms`. */
  label: string
  /** Upper end of the scale; the greatest value where it is not given. */
  max?: number
  /** A class that sets `color`; `good`, `warn`, `bad`, `quiet` exist. */
  tone?: string
  /** Filled down to zero, as for rates. */
  area?: boolean
  /** Other lines on the same scale, drawn below it. */
  others?: readonly { values: Values; tone: string }[]
  /** Where something happened, 0 to 1, with a class that sets `color`. */
  marks?: readonly { at: number; tone: string }[]
}

const WIDTH = 100
const HEIGHT = 24

/** Small lines without axes, as wide as their place. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const { values, label, tone = '', area = false, others = [], marks = [] } = props
  const all = [values, ...others.map(({ values }) => values)].flat()
  const top = props.max ?? Math.max(0, ...all.filter((value) => value !== null))
  const lines = [...others, { values, tone: '' }]
  return (
    <svg
      class={`spark ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {marks.map(({ at, tone }) => (
        <path key={`mark ${at}`} class={`mark ${tone}`} d={`M${round(at * WIDTH)} 0V${HEIGHT}`} />
      ))}
      {lines.map((each, index) => (
        <Line key={index} values={each.values} tone={each.tone} top={top > 0 ? top : 1} area={area} />
      ))}
    </svg>
  )
}

interface LineProps {
  values: Values
  tone: string
  top: number
  area: boolean
}

function Line({ values, tone, top, area }: LineProps): JSX.Element {
  return (
    <g class={tone}>
      {runsOf(values, top).map((points) => {
        const line = points.map((point) => point.join(' ')).join('L')
        const [from, to] = [points[0]![0], points.at(-1)![0]]
        return (
          <g key={from}>
            {area && <path class="area" d={`M${from} ${HEIGHT}L${line}L${to} ${HEIGHT}Z`} />}
            <path class="line" d={`M${line}`} />
          </g>
        )
      })}
    </g>
  )
}

type Point = readonly [x: number, y: number]

/** Points between gaps. One alone becomes a short line. */
function runsOf(values: Values, top: number): Point[][] {
  const step = values.length > 1 ? WIDTH / (values.length - 1) : WIDTH
  const runs: Point[][] = []
  let isOpen = false
  for (const [index, value] of values.entries()) {
    if (value !== null) {
      if (!isOpen) runs.push([])
      const share = Math.min(value, top) / top
      runs.at(-1)!.push([round(index * step), round(HEIGHT - 1.5 - share * (HEIGHT - 3))])
    }
    isOpen = value !== null
  }
  for (const points of runs) {
    const [x, y] = points[0]!
    if (points.length === 1) points.unshift([round(Math.max(0, x - step / 2)), y])
  }
  return runs
}

function round(number: number): number {
  return Math.round(number * 100) / 100
}
