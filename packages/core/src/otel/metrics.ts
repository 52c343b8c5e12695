import type { OutboxStats, QueuedRecord } from '../client/outbox.ts'
import type { OtelConfig } from '../config/otel.ts'
import type { Exchange } from '../exchange/exchange.ts'
import type { Kind } from '../exchange/kinds.ts'
import type { Attributes, MetricRecord, NumberPoint } from '../otlp/records.ts'
import type { Priority } from '../wire/event.ts'
import type { Redactor } from '../wire/redaction.ts'
import { Histogram, MAX_SERIES } from './histogram.ts'
import { hasHostMeter, recordDuration, recordGauge } from './host-metrics.ts'
import { DURATION, DURATION_BOUNDS, durationAttributes, durationSeries, ofExchange } from './http-duration.ts'
import { SelfMetrics } from './self-metrics.ts'
import { errorType } from './http-span.ts'

/** A number that was measured now. */
export interface Measure {
  name: string
  value: number
  /** UCUM, such as `s` or `By`. */
  unit: string
  attributes: Attributes
  /** A part of a whole, which may be added up over its attributes; else a gauge. */
  additive?: true
  /** The host's own instrumentation measures it, too. */
  ofRuntime?: true
}

interface Taken extends Measure {
  /** Milliseconds since the epoch. */
  timeMs: number
}

/** What was measured, aggregated in process; where the host has a meter provider, that is given it instead. */
export class Metrics {
  readonly #config: OtelConfig
  readonly #offer: (queued: QueuedRecord<MetricRecord>) => void
  readonly #now: () => number
  readonly #startMs: number
  readonly #durations: Histogram<Exchange>
  /** What the client counts of itself goes along with what was measured, and is no reason to send by itself. */
  readonly #self: SelfMetrics
  /** The last value of each series since the last collection. */
  #latest = new Map<string, Taken>()
  #timer: NodeJS.Timeout | undefined
  /** Something was measured since the last collection. */
  #dirty = false

  constructor(
    config: OtelConfig,
    offer: (queued: QueuedRecord<MetricRecord>) => void,
    stats: () => OutboxStats,
    now: () => number = Date.now,
  ) {
    this.#config = config
    this.#offer = offer
    this.#now = now
    this.#startMs = now()
    this.#durations = new Histogram(DURATION_BOUNDS, config.temporality, this.#startMs, ofExchange)
    this.#self = new SelfMetrics(stats, config.temporality, this.#startMs)
  }

  /** Counts a finished exchange, unless the host's http instrumentation does. */
  request(exchange: Exchange, kind: Kind, redact: Redactor): void {
    const seconds = exchange.durationMs / 1000
    const error = errorType(exchange, redact)
    if (hasHostMeter()) {
      if (!exchange.hostSpan || exchange.hostSpan.started)
        recordDuration(seconds, durationAttributes(exchange, error))
      return
    }
    const series = (kind.series ??= durationSeries(exchange))
    const key = error === undefined ? series : `${series} ${error}`
    this.#durations.record(seconds, key, exchange)
    this.#schedule()
  }

  measure(measures: readonly Measure[]): void {
    const host = hasHostMeter()
    for (const measure of measures) {
      if (!Number.isFinite(measure.value)) continue
      if (!host) this.#remember(measure)
      else if (!measure.ofRuntime) recordGauge(measure)
    }
  }

  /** Queues everything if there is anything new. */
  flush(): void {
    if (this.#dirty) this.#collect()
  }

  #collect(): void {
    this.#dirty = false
    const timeMs = this.#now()
    const points = this.#durations.collect(timeMs)
    const { temporality } = this.#config
    if (points.length > 0) this.#queue({ ...DURATION, kind: 'histogram', temporality, points })
    const groups = new Map<string, Taken[]>()
    for (const taken of this.#latest.values()) {
      const group = groups.get(`${taken.name} ${taken.unit}`)
      if (group) group.push(taken)
      else groups.set(`${taken.name} ${taken.unit}`, [taken])
    }
    for (const group of groups.values()) this.#queue(this.#recordOf(group))
    this.#latest = new Map()
    for (const metric of this.#self.collect(timeMs)) this.#queue(metric)
  }

  /** Queues the last of it; measures nothing more by itself. */
  close(): void {
    clearInterval(this.#timer)
    this.flush()
  }

  #remember(measure: Measure): void {
    const key = `${measure.name} ${measure.unit} ${JSON.stringify(measure.attributes)}`
    if (this.#latest.size >= MAX_SERIES && !this.#latest.has(key)) return
    this.#latest.set(key, { ...measure, timeMs: this.#now() })
    this.#schedule()
  }

  #recordOf(group: Taken[]): MetricRecord {
    const { name, unit, additive } = group[0]!
    const pointOf = ({ attributes, timeMs, value }: Taken): NumberPoint => ({
      attributes,
      timeMs,
      value,
      ...(additive && { startMs: this.#startMs }),
    })
    const points = group.map(pointOf)
    // A level has no delta: what goes up and down is always told from the start.
    if (additive) return { name, unit, kind: 'sum', monotonic: false, temporality: 'cumulative', points }
    return { name, unit, kind: 'gauge', points }
  }

  #schedule(): void {
    this.#dirty = true
    this.#timer ??= setInterval(() => this.#collect(), this.#config.metricIntervalMs).unref()
  }

  #queue(metric: MetricRecord): void {
    this.#offer(new CollectedMetric(metric))
  }
}

const POINT_BYTES = 400

class CollectedMetric implements QueuedRecord<MetricRecord> {
  readonly priority: Priority = 'normal'
  readonly bytes: number
  readonly #metric: MetricRecord

  constructor(metric: MetricRecord) {
    this.#metric = metric
    this.bytes = POINT_BYTES * metric.points.length
  }

  record(): MetricRecord {
    return this.#metric
  }
}
