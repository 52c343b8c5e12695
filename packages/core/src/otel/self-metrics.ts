import type { CircuitState } from '../client/breaker.ts'
import type { LossReason } from '../client/losses.ts'
import type { OutboxStats, SignalStats } from '../client/outbox.ts'
import type { Attributes, MetricRecord, NumberPoint, Temporality } from '../otlp/records.ts'

type Signal = 'events' | 'spans' | 'logs' | 'metrics'

const SIGNALS = ['events', 'spans', 'logs', 'metrics'] as const
const STATES: readonly CircuitState[] = ['closed', 'open', 'half_open']
/** What the receiver, not the queue, had against it. */
const REFUSALS: ReadonlySet<string> = new Set<LossReason>(['rejected', 'too_large'])

/** Which of the names of OpenTelemetry's SDKs fit. Of metrics these count data points, which we do not. */
const SDK = {
  spans: {
    item: 'span',
    unit: '{span}',
    exporter: 'otlp_http_span_exporter',
    processor: 'batching_span_processor',
  },
  logs: {
    item: 'log',
    unit: '{log_record}',
    exporter: 'otlp_http_log_exporter',
    processor: 'batching_log_processor',
  },
} as const

interface Series {
  value: number
  attributes: Attributes
}

/**
 * The client's own figures as metrics: by the self-observability conventions of OpenTelemetry's SDKs where they fit, else
 * as `hubline.client.*`. docs/delivery.md lists them.
 */
export class SelfMetrics {
  readonly #stats: () => OutboxStats
  readonly #temporality: Temporality
  readonly #startMs: number
  /** What counters stood at when they were last told, for deltas. */
  readonly #told = new Map<string, number>()
  #toldAt: number

  constructor(stats: () => OutboxStats, temporality: Temporality, startMs: number) {
    this.#stats = stats
    this.#temporality = temporality
    this.#startMs = startMs
    this.#toldAt = startMs
  }

  /** Everything as it stands at `timeMs`. */
  collect(timeMs: number): MetricRecord[] {
    const stats = this.#stats()
    const known = SIGNALS.flatMap((signal) => {
      const own = stats[signal]
      return own ? [[signal, own] as const] : []
    })
    const level = (name: string, unit: string, series: Series[]): MetricRecord =>
      this.#level(name, unit, series, timeMs)
    const records = known.flatMap(([signal, own]) => this.#counts(signal, own, timeMs))
    const each = (read: (own: SignalStats) => number): Series[] =>
      known.map(([signal, own]) => ({ value: read(own), attributes: { 'hubline.signal': signal } }))
    const states = known.flatMap(([signal, { breaker }]) =>
      STATES.map((state) => ({
        value: Number(breaker === state),
        attributes: { 'hubline.signal': signal, 'hubline.breaker.state': state },
      })),
    )
    records.push(
      level(
        'hubline.client.queue.usage',
        'By',
        each((own) => own.queued_bytes),
      ),
    )
    records.push(level('hubline.client.breaker.state', '1', states))
    if (stats.spool)
      records.push(level('hubline.client.spool.usage', 'By', [{ value: stats.spool.bytes, attributes: {} }]))
    this.#toldAt = timeMs
    return records
  }

  #counts(signal: Signal, { delivered, dropped, queued }: SignalStats, timeMs: number): MetricRecord[] {
    const lost = Object.entries(dropped)
    if (signal === 'events' || signal === 'metrics') {
      const attributes = { 'hubline.signal': signal }
      const reasons = lost.map(([reason, value]) => ({
        value,
        attributes: { ...attributes, 'error.type': reason },
      }))
      return [
        this.#counter('hubline.client.sent', '{item}', [{ value: delivered, attributes }], timeMs),
        this.#counter('hubline.client.dropped', '{item}', reasons, timeMs),
        this.#level('hubline.client.queue.size', '{item}', [{ value: queued, attributes }], timeMs),
      ].filter(({ points }) => points.length > 0)
    }
    const { item, unit, exporter, processor } = SDK[signal]
    const tagged = (type: string, failure?: string): Attributes => ({
      'otel.component.type': type,
      'otel.component.name': `${type}/0`,
      'error.type': failure,
    })
    const refused = lost.filter(([reason]) => REFUSALS.has(reason))
    const unsent = lost.filter(([reason]) => !REFUSALS.has(reason))
    const submitted = refused.reduce((sum, [, count]) => sum + count, delivered)
    const failed = (type: string, reasons: [string, number][]): Series[] =>
      reasons.map(([reason, value]) => ({ value, attributes: tagged(type, reason) }))
    return [
      this.#counter(
        `otel.sdk.exporter.${item}.exported`,
        unit,
        [{ value: delivered, attributes: tagged(exporter) }, ...failed(exporter, refused)],
        timeMs,
      ),
      this.#counter(
        `otel.sdk.processor.${item}.processed`,
        unit,
        [{ value: submitted, attributes: tagged(processor) }, ...failed(processor, unsent)],
        timeMs,
      ),
      this.#level(
        `otel.sdk.processor.${item}.queue.size`,
        unit,
        [{ value: queued, attributes: tagged(processor) }],
        timeMs,
      ),
    ]
  }

  /** What goes up and down is told from the start, whatever the temporality. */
  #level(name: string, unit: string, series: Series[], timeMs: number): MetricRecord {
    const points = series.map((each): NumberPoint => ({ ...each, startMs: this.#startMs, timeMs }))
    return { name, unit, kind: 'sum', monotonic: false, temporality: 'cumulative', points }
  }

  #counter(name: string, unit: string, series: Series[], timeMs: number): MetricRecord {
    const temporality = this.#temporality
    const points = series.map(({ value, attributes }): NumberPoint => {
      if (temporality === 'cumulative') return { value, attributes, startMs: this.#startMs, timeMs }
      const key = `${name} ${JSON.stringify(attributes)}`
      const before = this.#told.get(key) ?? 0
      this.#told.set(key, value)
      return { value: value - before, attributes, startMs: this.#toldAt, timeMs }
    })
    return { name, unit, kind: 'sum', monotonic: true, temporality, points }
  }
}
