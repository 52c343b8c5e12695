import type { HubEvent } from '@hubline/core/wire'
import type { PlainAttributes, PlainValue } from '../../../../otlp/plain.ts'
import type { SeriesQuery } from '../../../metrics.ts'
import { instanceOf } from '../resources.ts'
import type { PartFiles } from '../part-files.ts'
import { partsReporting, REPORTS, reportingTypes } from './reported.ts'
import { matches, MOST_NUMBERS, readSeries, TooMuchError, type Series, type SeriesPoint } from './series.ts'

/** A client that says a number by an event and by a gauge says both at once. */
const TOGETHER_MS = 1000
/** Longer texts are something else than labels. */
const MAX_LABEL = 200
/** What is no label of a number. */
const SAID = new Set(['metric', 'value', 'unit', 'period', 'tags', 'timestamp', '_mesh'])

/** Series as they are asked for: those of OTLP, and where they are gauges the numbers that events report. */
export function readAllSeries(files: PartFiles, query: SeriesQuery, types: readonly string[]): Series[] {
  const series = readSeries(files, query, types)
  return types.includes('gauge') ? withReported(files, query, series) : series
}

/** What a gauge tells too is told once. */
function withReported(files: PartFiles, query: SeriesQuery, gauges: Series[]): Series[] {
  const reported = readReported(files, query)
  if (reported.length === 0) return gauges
  const known = new Map(gauges.map((series) => [keyOf(series), series]))
  for (const series of reported) {
    const twin = known.get(keyOf(series))
    if (twin) twin.points = merged(twin.points, series.points)
    else gauges.push(series)
  }
  return gauges
}

function readReported(files: PartFiles, { name, service, labels = [], since, until }: SeriesQuery): Series[] {
  const parts = partsReporting(files, name)
  if (parts.length === 0) return []
  const own = service === undefined ? '' : 'AND source = ?'
  const statement = `SELECT body, occurred_ms FROM events WHERE cursor <= ? AND ${REPORTS}
    AND occurred_ms >= ? AND occurred_ms < ? AND json_extract(body, '$.payload.metric') = ? ${own} ORDER BY occurred_ms`
  const values = [JSON.stringify(reportingTypes(files)), Math.floor(since), Math.ceil(until), name]
  const found = new Map<string, Series | null>()
  let numbers = 0
  for (const part of parts) {
    if (part.maxTimeMs < since || part.minTimeMs >= until) continue
    const bound = service === undefined ? values : [...values, service]
    for (const row of files.prepare(part, statement).iterate(files.watermark(), ...bound)) {
      const event = JSON.parse(row['body'] as string) as HubEvent
      const fresh = seriesOf(event)
      const key = keyOf(fresh)
      let series = found.get(key)
      if (series === undefined) {
        series = labels.every((label) => matches(fresh, label)) ? fresh : null
        found.set(key, series)
      }
      if (series === null) continue
      if (++numbers > MOST_NUMBERS) throw new TooMuchError(`more than ${MOST_NUMBERS} numbers`)
      series.points.push(pointOf(Number(row['occurred_ms']), event.payload['value'] as number))
    }
  }
  const all = [...found.values()].filter((series) => series !== null)
  // Parts may overlap in time.
  for (const series of all) series.points = merged([], series.points)
  return all
}

function seriesOf({ source, instance, env, payload }: HubEvent): Series {
  const { period, tags } = payload
  const attributes = {
    ...(typeof period === 'string' && { 'hub.metric.period': period }),
    ...scalars(payload, SAID),
    ...(typeof tags === 'object' && tags !== null && !Array.isArray(tags) && scalars(tags)),
  }
  const resource = {
    'service.name': source,
    ...(instance !== undefined && { 'service.instance.id': instance }),
    ...(env !== undefined && { 'deployment.environment.name': env }),
  }
  return {
    type: 'gauge',
    temporality: 0,
    monotonic: false,
    service: source,
    attributes: Object.assign(Object.create(null) as PlainAttributes, attributes),
    resource: { attributes: resource, droppedAttributesCount: 0 },
    points: [],
  }
}

function scalars(fields: object, without: ReadonlySet<string> = new Set()): PlainAttributes {
  const kept = Object.entries(fields).filter(
    ([key, value]) =>
      !without.has(key) &&
      (typeof value === 'string' ? value.length <= MAX_LABEL : ['number', 'boolean'].includes(typeof value)),
  )
  return Object.fromEntries(kept) as Record<string, PlainValue>
}

function keyOf({ service, attributes, resource }: Series): string {
  const labels = Object.keys(attributes)
    .toSorted()
    .map((name) => [name, attributes[name]])
  return JSON.stringify([service, instanceOf(resource), labels])
}

function pointOf(time: number, value: number): SeriesPoint {
  const none = { offset: 0, counts: [] }
  const empty = { bounds: [], counts: [], scale: 0, zeroCount: 0, zeroThreshold: 0, quantiles: [] }
  return { start: 0, time, value, count: 0, sum: 0, ...empty, positive: none, negative: none }
}

/** Points by time; what both tell of the same moment is told once. */
function merged(gauge: readonly SeriesPoint[], reported: readonly SeriesPoint[]): SeriesPoint[] {
  const about = ({ time, value }: SeriesPoint, aside: number) =>
    `${Math.floor(time / TOGETHER_MS) + aside} ${value}`
  const told = new Set(gauge.map((point) => about(point, 0)))
  const isTold = (point: SeriesPoint) => [-1, 0, 1].some((aside) => told.has(about(point, aside)))
  return [...gauge, ...reported.filter((point) => !isTold(point))]
    .toSorted((a, b) => a.time - b.time)
    .filter((point, at, all) => at === 0 || all[at - 1]!.time !== point.time)
}
