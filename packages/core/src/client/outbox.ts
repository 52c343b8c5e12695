import type { HubConfig } from '../config/resolve.ts'
import type { OtlpSignal } from '../config/otlp.ts'
import type { Logger } from '../logger.ts'
import { encodeLogs } from '../otlp/encode-logs.ts'
import { encodeMetrics } from '../otlp/encode-metrics.ts'
import { encodeTraces } from '../otlp/encode-spans.ts'
import type { LogRecord, MetricRecord, SpanRecord } from '../otlp/records.ts'
import { encodeResource } from '../otlp/resource.ts'
import { VERSION } from '../version.ts'
import { Metrics } from '../otel/metrics.ts'
import { resourceOf } from '../otel/resource.ts'
import type { CircuitState } from './breaker.ts'
import { Delivery } from './delivery.ts'
import type { LastWords } from '../process/last-words.ts'
import { eventsRequest, type HubAddress, hubPost, type QueuedEvent } from './hub-post.ts'
import { locateOtlp } from './locate-otlp.ts'
import type { LossTable } from './losses.ts'
import { otlpPost } from './otlp-post.ts'
import type { Queued } from './queue.ts'
import type { Sender } from './sender.ts'
import { httpTransport, type Transport } from './transport.ts'

/** A span, log record or metric that is put into words when its batch is sent. */
export interface QueuedRecord<T> extends Queued {
  record(): T
}

export interface SignalStats {
  accepted: number
  delivered: number
  queued: number
  queued_bytes: number
  dropped: LossTable
  retries: number
  breaker: CircuitState
}

const BATCH_MAX_BYTES = 1024 * 1024
const SCOPE = { name: '@hubline/core', version: VERSION }

/** The deliveries of one hub: events to the hub, spans, logs and metrics as OTLP. */
export class Outbox {
  readonly events: Delivery<QueuedEvent> | undefined
  readonly spans: Delivery<QueuedRecord<SpanRecord>> | undefined
  readonly logs: Delivery<QueuedRecord<LogRecord>> | undefined
  readonly metrics: Metrics | undefined
  readonly #metrics: Delivery<QueuedRecord<MetricRecord>> | undefined
  readonly #transport: Transport
  readonly #hub: HubAddress | undefined

  constructor(config: HubConfig, logger: Logger, transport: Transport = httpTransport()) {
    this.#transport = transport
    this.#hub = config.mode === 'live' && config.url ? { url: config.url, token: config.token } : undefined
    const hub = this.#hub
    const { send } = transport
    const common = {
      queueMaxBytes: config.queueMaxBytes,
      batchSize: config.batchSize,
      batchMaxBytes: BATCH_MAX_BYTES,
      batchTimeoutMs: config.batchTimeout,
      maxRetries: config.maxRetries,
      breaker: { threshold: config.breakerThreshold, recoveryMs: config.breakerTimeout },
      logger,
    }
    if (hub) {
      const gzip = config.compression === 'gzip'
      const post = hubPost({ ...hub, gzip, timeoutMs: config.timeout, send, now: Date.now })
      this.events = new Delivery({ ...common, name: 'hub events', post })
    }
    const ask = hub && locateOtlp(hub.url, hub.token, config.timeout, send)
    const resource = encodeResource(resourceOf(config))
    const record = <T>(queued: QueuedRecord<T>): T => queued.record()
    const otlp = <T>(signal: OtlpSignal, encode: (batch: readonly QueuedRecord<T>[]) => Uint8Array) => {
      const target = config.otlp.targets[signal]
      if (!config.otlp.enabled || !target.exported || (!target.url && !ask)) return undefined
      const { url } = target
      const locate = url ? async () => ({ url }) : () => ask!(signal)
      const post = otlpPost({ target, locate, encode, send, now: Date.now })
      return new Delivery<QueuedRecord<T>>({ ...common, name: `OTLP ${signal}`, post })
    }
    this.spans = otlp<SpanRecord>('traces', (batch) => encodeTraces(resource, SCOPE, batch.map(record)))
    this.logs = otlp<LogRecord>('logs', (batch) => encodeLogs(resource, SCOPE, batch.map(record)))
    const metrics = otlp<MetricRecord>('metrics', (batch) =>
      encodeMetrics(resource, SCOPE, batch.map(record)),
    )
    this.#metrics = metrics
    if (metrics) this.metrics = new Metrics(config.otel, (queued) => metrics.offer(queued))
  }

  /** Whether any signal goes out as OTLP. */
  get exporting(): boolean {
    return (this.spans ?? this.logs ?? this.#metrics) !== undefined
  }

  /** The events that wait, as one request for a process that is about to end; undefined when there are none. */
  lastWords(): LastWords | undefined {
    const waiting = this.events?.drain() ?? []
    return this.#hub && waiting.length > 0 ? eventsRequest(this.#hub, waiting) : undefined
  }

  async flush(deadlineMs: number): Promise<void> {
    this.metrics?.flush()
    await Promise.all(this.#all().map((delivery) => delivery.flush(deadlineMs)))
  }

  async close(deadlineMs: number): Promise<void> {
    this.metrics?.close()
    await Promise.all(this.#all().map((delivery) => delivery.close(deadlineMs)))
    this.#transport.close()
  }

  stats(): Partial<Record<'events' | 'spans' | 'logs' | 'metrics', SignalStats>> {
    const { events, spans, logs } = this
    const stats: ReturnType<Outbox['stats']> = {}
    if (events) stats.events = statsOf(events)
    if (spans) stats.spans = statsOf(spans)
    if (logs) stats.logs = statsOf(logs)
    if (this.#metrics) stats.metrics = statsOf(this.#metrics)
    return stats
  }

  #all(): Pick<Delivery<Queued>, 'flush' | 'close'>[] {
    return [this.events, this.spans, this.logs, this.#metrics].filter((delivery) => delivery !== undefined)
  }
}

interface Counted extends Pick<Delivery<Queued>, 'tally' | 'queued' | 'queuedBytes'> {
  sender: Pick<Sender<Queued>, 'retries' | 'breaker'>
}

function statsOf(delivery: Counted): SignalStats {
  const { accepted, delivered, dropped } = delivery.tally
  return {
    accepted,
    delivered,
    queued: delivery.queued,
    queued_bytes: delivery.queuedBytes,
    dropped: { ...dropped },
    retries: delivery.sender.retries,
    breaker: delivery.sender.breaker.state,
  }
}
