import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import uPlot, { type Options } from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { theme, zone } from '../app/preferences.ts'
import { useStore } from '../app/store.ts'
import { clock, shortTime } from '../format/time.tsx'
import { markLines, type ChartMark } from './chart-marks.ts'
import './chart.css'

export interface ChartSeries {
  label: string
  /** One for each time; null leaves a gap. */
  values: readonly (number | null)[]
  /** A colour of the design: `accent`, `good`, `service-3`. */
  colour: string
  /** Filled down to zero. */
  area?: boolean
  dashed?: boolean
}

interface ChartProps {
  /** What it shows, for those who cannot see it. */
  label: string
  /** Milliseconds since the epoch, growing. */
  times: readonly number[]
  series: readonly ChartSeries[]
  /** A value as text, on the axis and in the legend. */
  format: (value: number) => string
  /** Starts, deploys and the like, as lines across. */
  marks?: readonly ChartMark[]
  height?: number
  /** What selecting a range does; milliseconds since the epoch. */
  onSelect?: (since: number, until: number) => void
  /** Charts of the same name have their cursors at the same time. */
  sync?: string
}

/** Lines over time, with a legend that tells the values under the pointer. */
export function Chart(props: ChartProps): JSX.Element {
  const { label, height = 180 } = props
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const latest = useRef(props)
  latest.current = props
  const zoneNow = useStore(zone)
  const themeNow = useStore(theme)
  const shape = JSON.stringify([
    props.series.map((one) => ({ ...one, values: undefined })),
    height,
    zoneNow,
    themeNow,
  ])

  useEffect(() => {
    const box = place.current!
    const draw = () => {
      plot.current?.destroy()
      plot.current = new uPlot(optionsOf(latest, box), dataOf(latest.current), box)
    }
    draw()
    const sized = new ResizeObserver(() => plot.current?.setSize({ width: box.clientWidth, height }))
    sized.observe(box)
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', draw)
    return () => {
      sized.disconnect()
      system.removeEventListener('change', draw)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [shape])
  useEffect(() => plot.current?.setData(dataOf(props)), [props.times, props.series, props.marks])

  const marked = (props.marks ?? [])
    .slice(0, MOST_TOLD)
    .map(({ at, label }) => `${label} ${shortTime(at, zoneNow)}`)
  return (
    <div
      ref={place}
      class="chart"
      role="img"
      aria-label={[label, ...marked].join(', ')}
      style={{ minHeight: `${height + 30}px` }}
    />
  )
}

function dataOf({ times, series }: ChartProps): uPlot.AlignedData {
  return [times.map((ms) => ms / 1000), ...series.map(({ values }) => [...values])] as uPlot.AlignedData
}

function optionsOf(latest: { current: ChartProps }, box: HTMLElement): Options {
  const { series, height = 180, sync } = latest.current
  const colour = coloursOf(box)
  const axis = {
    stroke: colour('quiet'),
    font: FONT,
    ticks: { show: false },
    grid: { stroke: colour('line'), width: 1 },
  }
  return {
    width: box.clientWidth,
    height,
    // Times are told in the zone that was chosen, so all arithmetic is on the plain clock.
    tzDate: (seconds) =>
      zone.get() === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000),
    cursor: {
      ...(sync !== undefined && { sync: { key: sync } }),
      drag: { x: latest.current.onSelect !== undefined, y: false, setScale: false },
      points: { size: 7 },
    },
    legend: { live: true },
    scales: {
      // Around a single point a minute to both sides; the library would have it be years.
      x: { range: (plot, min, max) => (plot.data[0].length === 1 ? [min - 60, min + 60] : [min, max]) },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 70,
        values: (_plot, splits) => once(splits.map((seconds) => shortTime(seconds * 1000, zone.get()))),
      },
      {
        ...axis,
        size: 62,
        space: 32,
        values: (_plot, splits) => once(splits.map((value) => latest.current.format(value))),
      },
    ],
    series: [
      {
        label: 'Time',
        value: (plot, seconds) => {
          const at = seconds ?? plot.data[0].at(-1)
          return at === undefined ? '–' : clock(at * 1000, zone.get()).slice(0, 8)
        },
      },
      ...series.map(({ label, colour: name, area, dashed }) => ({
        label,
        stroke: colour(name),
        width: 1.6,
        points: { show: true, size: 4, fill: colour(name), width: 0, filter: lonePoints },
        ...(dashed && { dash: [5, 4] }),
        ...(area && { fill: `color-mix(in srgb, ${colour(name)} 16%, transparent)` }),
        // Where the pointer is elsewhere, the newest value.
        value: (plot: uPlot, value: number | null, index: number, at: number | null) => {
          const values = plot.data[index] as (number | null)[]
          const shown = at === null ? values.findLast((each) => each !== null) : value
          return shown === null || shown === undefined ? '–' : latest.current.format(shown)
        },
      })),
    ],
    hooks: {
      draw: [(plot) => markLines(plot, latest.current.marks ?? [], colour)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select
          if (width < 4) return
          const at = (pixels: number) => Math.round(plot.posToVal(pixels, 'x') * 1000)
          latest.current.onSelect?.(at(left), at(left + width))
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

/** Of steps that are too fine for their words each word once. */
function once(words: readonly string[]): string[] {
  return words.map((word, index) => (word === words[index - 1] ? '' : word))
}

/** Points without a neighbour, which no line would show. */
function lonePoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series] as readonly (number | null | undefined)[]
  const isGap = (index: number) => values[index] === null || values[index] === undefined
  return [...values.keys()].filter((at) => !isGap(at) && isGap(at - 1) && isGap(at + 1))
}

/** Marks that are told to those who cannot see them. */
const MOST_TOLD = 20
const FONT = '11px system-ui, sans-serif'

/** Colours of the design as a canvas takes them: what `var(--name)` comes to here and now. */
export function coloursOf(within: HTMLElement): (name: string) => string {
  const probe = document.createElement('i')
  within.append(probe)
  const known = new Map<string, string>()
  queueMicrotask(() => probe.remove())
  return (name) => {
    let colour = known.get(name)
    if (colour === undefined) {
      if (!probe.isConnected) within.append(probe)
      probe.style.color = `var(--${name})`
      colour = getComputedStyle(probe).color
      known.set(name, colour)
      queueMicrotask(() => probe.remove())
    }
    return colour
  }
}
