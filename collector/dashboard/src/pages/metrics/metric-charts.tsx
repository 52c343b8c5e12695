import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import { useRead } from '../../api/use-read.ts'
import { href } from '../../app/router.ts'
import { Chart } from '../../components/chart.tsx'
import type { ChartMark } from '../../components/chart-marks.ts'
import { Panel } from '../../components/panel.tsx'
import { Problem } from '../../components/problem.tsx'
import { ServiceName } from '../../components/service-name.tsx'
import { Table, type Column } from '../../components/table.tsx'
import { pairs } from '../../format/json.ts'
import { count } from '../../format/numbers.ts'
import { Ago, When } from '../../format/time.tsx'
import { Heatmap } from './heatmap.tsx'
import { useMarks } from './marks.ts'
import {
  formatOf,
  inUnit,
  isHistogram,
  lineNames,
  mainFunction,
  MOST_LINES,
  seriesOf,
  type Exemplar,
  type Metric,
  type Range,
} from './metrics.ts'

const EVERY_MS = 10_000

interface MetricChartsProps {
  metric: Metric
  range: string
  since: string
  service: string
  labels: readonly string[]
  /** A label to group by; `each` series for itself, or empty for all together. */
  by: string
}

const ALL = 'p50,p95,p99,rate'

/** The charts of one metric: of a distribution its quantiles, rate and heatmap, else what it tells most by. */
export function MetricCharts({ metric, range, since, service, labels, by }: MetricChartsProps): JSX.Element {
  const given = { name: metric.name, service, since, label: labels.length > 0 ? labels : undefined }
  const isSpread = isHistogram(metric) || metric.type === 'summary'
  const fn = mainFunction(metric)
  const together = by === '' ? { agg: fn === 'avg' ? ('avg' as const) : ('sum' as const) } : {}
  const group = by !== '' && by !== 'each' ? { by } : {}
  const main = useRead(
    'metrics/query',
    { ...given, ...together, ...group, fn: isSpread ? (by === '' ? ALL : 'p95,rate') : fn },
    { everyMs: EVERY_MS },
  )
  const spread = useRead(
    isHistogram(metric) ? 'metrics/query' : null,
    { ...given, agg: 'sum', fn: 'heatmap' },
    { everyMs: EVERY_MS },
  )
  const exemplars = useRead('metrics/exemplars', { ...given, limit: 50 }, { everyMs: EVERY_MS })
  const names = service === '' ? metric.services.map(({ name }) => name) : [service]
  const marks = useMarks(names, range)
  const { data, error, again } = main
  const found = exemplars.data?.data ?? []
  return (
    <>
      <Problem error={error} again={again} />
      {data && data.lines.length === 0 && <p class="nothing">Nothing was measured in this time.</p>}
      {data && isSpread && by === '' && (
        <>
          <Lines title="Quantiles" range={data} fns={['p99', 'p95', 'p50']} metric={metric} marks={marks} />
          <Lines title="Rate" range={data} fns={['rate']} metric={metric} marks={marks} />
        </>
      )}
      {data && isSpread && by !== '' && (
        <>
          <Lines title="p95" range={data} fns={['p95']} metric={metric} marks={marks} />
          <Lines title="Rate" range={data} fns={['rate']} metric={metric} marks={marks} />
        </>
      )}
      {data && !isSpread && (
        <Lines
          title={fn === 'rate' ? 'Rate' : 'Value'}
          range={data}
          fns={[fn]}
          metric={metric}
          marks={marks}
        />
      )}
      {spread.data && spread.data.heatmaps.length > 0 && (
        <Panel title="Heatmap" note={found.length > 0 ? 'dots lead to traces' : undefined}>
          <Heatmap range={spread.data} exemplars={found} format={inUnit(metric.unit)} />
        </Panel>
      )}
      {found.length > 0 && <Exemplars exemplars={found} metric={metric} />}
    </>
  )
}

interface LinesProps {
  title: string
  range: Range
  fns: readonly string[]
  metric: Metric
  marks: readonly ChartMark[]
}

function Lines({ title, range, fns, metric, marks }: LinesProps): JSX.Element | null {
  const drawn = useMemo(() => {
    const lines = range.lines.filter(({ fn }) => fns.includes(fn))
    const series =
      fns.length > 1
        ? fns.flatMap((fn, index) =>
            lines
              .filter((line) => line.fn === fn)
              .slice(0, 1)
              .map(({ values }) => ({
                label: fn,
                values,
                colour: ['service-1', 'accent', 'service-2'][index]!,
              })),
          )
        : seriesOf(lines, lineNames(lines, fns[0] === 'rate' ? 'a second' : 'value'))
    return { times: range.times.map((time) => Date.parse(time)), series, groups: lines.length }
  }, [range, fns.join()])
  if (drawn.series.length === 0) return null
  const more = Math.max(range.total_groups, fns.length > 1 ? 0 : drawn.groups) - MOST_LINES
  return (
    <Panel
      title={title}
      note={more > 0 ? `the ${MOST_LINES} greatest of ${count(more + MOST_LINES)}` : undefined}
    >
      <Chart
        label={`${title} of ${metric.name} over time`}
        times={drawn.times}
        series={drawn.series}
        marks={marks}
        format={formatOf(metric, fns[0]!)}
        height={200}
        sync="metrics"
      />
    </Panel>
  )
}

function Exemplars({ exemplars, metric }: { exemplars: readonly Exemplar[]; metric: Metric }): JSX.Element {
  const columns = useMemo(() => columnsOf(inUnit(metric.unit)), [metric.unit])
  return (
    <Panel title="Measurements with a trace" note="exemplars, the newest first">
      <Table
        label="Measurements with a trace"
        columns={columns}
        rows={exemplars.slice(0, 20)}
        rowKey={({ time, trace_id, labels, value }) => JSON.stringify([time, trace_id, labels, value])}
      />
    </Panel>
  )
}

function columnsOf(format: (value: number) => string): Column<Exemplar>[] {
  return [
    {
      title: 'Trace',
      cell: ({ trace_id, span_id }) =>
        trace_id !== null && (
          <a class="link" href={href(['trace', trace_id], { span: span_id ?? undefined })} data-row>
            {trace_id.slice(0, 8)}
          </a>
        ),
    },
    {
      title: 'Value',
      number: true,
      cell: ({ value }) => (typeof value === 'number' ? <b>{format(value)}</b> : value),
    },
    { title: 'Service', cell: ({ service }) => <ServiceName name={service} /> },
    { title: 'Labels', cell: ({ labels, attributes }) => pairs({ ...labels, ...attributes }).join('  ') },
    {
      title: 'When',
      cell: ({ time }) => (
        <>
          <When at={time} />{' '}
          <span class="quiet">
            <Ago at={time} />
          </span>
        </>
      ),
    },
  ]
}
