import type { Answer } from '../../api/client.ts'
import type { ChartSeries } from '../../components/chart.tsx'
import { bytes, count, duration, rate, value as plain } from '../../format/numbers.ts'

export type Metric = Answer<'metrics'>['data'][number]
export type Range = Answer<'metrics/query'>
export type Line = Range['lines'][number]
export type Exemplar = Answer<'metrics/exemplars'>['data'][number]

const SECONDS: Record<string, number> = { s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9, min: 60, h: 3600, d: 86_400 }
const COLOURS = 10
/** More lines than that nobody can tell apart. */
export const MOST_LINES = 20

/** Values of a metric as text, by its unit in UCUM. */
export function inUnit(unit: string): (value: number) => string {
  const seconds = Object.hasOwn(SECONDS, unit) ? SECONDS[unit] : undefined
  if (seconds !== undefined) return (value) => duration(value * seconds * 1000)
  if (unit === 'By') return (value) => (value < 0 ? `−${bytes(-value)}` : bytes(value))
  const shown = (value: number) => (Math.abs(value) >= 10_000 ? count(value) : plain(value))
  // `1` is a number without a unit; braces say what is counted.
  if (unit === '' || unit === '1' || /^\{.*\}$/.test(unit)) return shown
  return (value) => `${shown(value)} ${unit}`
}

/** What a function makes of a metric, as text: of counts something each second. */
export function formatOf(
  { type, unit }: Pick<Metric, 'type' | 'unit'>,
  fn: string,
): (value: number) => string {
  if (fn === 'rate' && type === 'sum') {
    const each = inUnit(unit)
    return unit === '' || unit === '1' || unit.startsWith('{') ? rate : (value) => `${each(value)}/s`
  }
  return fn === 'rate' ? rate : inUnit(unit)
}

export function isHistogram({ type }: Pick<Metric, 'type'>): boolean {
  return type === 'histogram' || type === 'exponential_histogram'
}

/** The function that tells most of a metric that has no distribution. */
export function mainFunction({ type, monotonic }: Metric): 'rate' | 'avg' {
  return type === 'gauge' || (type === 'sum' && monotonic === false) ? 'avg' : 'rate'
}

/** Lines as a chart draws them, those with the greatest values first. */
export function seriesOf(lines: readonly Line[], name: (line: Line) => string): ChartSeries[] {
  const size = ({ values }: Line) => values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0)
  const sorted = lines.length > 1 ? lines.toSorted((a, b) => size(b) - size(a)) : lines
  return sorted.slice(0, MOST_LINES).map((line, index) => ({
    label: name(line),
    values: line.values,
    colour: lines.length === 1 ? 'accent' : `service-${index % COLOURS}`,
    area: lines.length === 1,
  }))
}

/** What tells a line from the others: the labels whose values differ. */
export function lineNames(lines: readonly Line[], alone: string): (line: Line) => string {
  const keys = new Set(lines.flatMap(({ labels }) => Object.keys(labels)))
  const differing = [...keys].filter((key) => new Set(lines.map(({ labels }) => labels[key])).size > 1)
  return ({ labels }) => {
    const parts = differing.filter((key) => labels[key] !== undefined).map((key) => labels[key] || '(none)')
    return parts.join(' · ') || (lines.length > 1 ? '(none)' : alone)
  }
}
