import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { Chart } from '../../components/chart.tsx'
import type { ChartMark } from '../../components/chart-marks.ts'
import { Panel } from '../../components/panel.tsx'
import { duration, rate } from '../../format/numbers.ts'
import { ratesOf, type Fleet, type Service } from './fleet.ts'

const HEIGHT = 170
const COLOURS = { deploy: 'accent', start: 'quiet', stop: 'quiet', crash: 'bad' } as const

/** Starts and ends as words for a chart. */
export function chartMarks(marks: Service['marks']): ChartMark[] {
  return marks.map(({ at, kind, version, instances }) => {
    const what = kind === 'deploy' ? (version ?? 'deploy') : kind
    return {
      at: Date.parse(at),
      label: instances > 1 ? `${what} ×${instances}` : what,
      colour: COLOURS[kind],
    }
  })
}

/** Rate, failures and durations over the window, with what happened to the service meanwhile. */
export function ServiceCharts({ fleet, service }: { fleet: Fleet; service: Service }): JSX.Element | null {
  const { requests, marks } = service
  const drawn = useMemo(() => {
    if (!requests) return undefined
    const { calls, errors, p50_ms, p95_ms, p99_ms } = requests.series
    const rates = ratesOf(fleet, calls)
    const begin = Date.parse(fleet.since)
    const times = rates.map((_, index) => begin + index * fleet.step_s * 1000)
    const failed = ratesOf(fleet, errors)
    const cut = (values: (number | null)[]) => values.slice(0, times.length)
    return {
      times,
      marks: chartMarks(marks),
      requests: [
        { label: 'all', values: rates, colour: 'accent', area: true },
        { label: 'failed', values: failed, colour: 'bad', area: true },
      ],
      durations: [
        { label: 'p50', values: cut(p50_ms), colour: 'service-2' },
        { label: 'p95', values: cut(p95_ms), colour: 'accent' },
        { label: 'p99', values: cut(p99_ms), colour: 'service-1', dashed: true },
      ],
    }
  }, [fleet, service])
  if (!drawn) return null
  return (
    <div class="columns">
      <Panel title="Requests">
        <Chart
          label="Requests and failed requests over time"
          times={drawn.times}
          series={drawn.requests}
          marks={drawn.marks}
          format={rate}
          height={HEIGHT}
          sync="service"
        />
      </Panel>
      <Panel title="Durations">
        <Chart
          label="Durations over time: p50, p95 and p99"
          times={drawn.times}
          series={drawn.durations}
          marks={drawn.marks}
          format={duration}
          height={HEIGHT}
          sync="service"
        />
      </Panel>
    </div>
  )
}
