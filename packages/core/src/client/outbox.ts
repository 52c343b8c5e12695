import { isCompressed } from '../config/compression.ts'
import type { HubConfig } from '../config/resolve.ts'
import { hasEndpoint, type OtlpSignal } from '../config/otlp.ts'
import type { EventRun } from '../events/envelope.ts'
import type { Logger } from '../logger.ts'
import { encodeLogs } from '../otlp/encode-logs.ts'
import { encodeMetrics } from '../otlp/encode-metrics.ts'
import { encodeTraces } from '../otlp/encode-spans.ts'
import type { LogRecord, MetricRecord } from '../otlp/records.ts'
import { encodeResource } from '../otlp/resource.ts'
import { SpanPages, type SpanSource, type SpanRun } from '../otlp/span-pages.ts'
import { VERSION } from '../version.ts'
import { Metrics } from '../otel/metrics.ts'
import { resourceOf } from '../otel/resource.ts'
import type { CircuitState } from './breaker.ts'
import { Delivery } from './delivery.ts'
import type { LastWords } from '../process/last-words.ts'
import { type Dialect, dialectOf } from './dialects/dialect.ts'
import { askInfo, NoInfo } from './hub-info.ts'
import { eachInOrder } from './event-order.ts'
import { type HubAddress, hubPost, requestsOf } from './hub-post.ts'
import { locateOtlp } from './locate-otlp.ts'
import { type LossTable, Tally } from './losses.ts'
import { otlpCodec, packEvents, PackedRecords, unpackEvent } from './packed.ts'
import { Spool, type SpoolStats } from './spool/spool.ts'
import { otlpPost } from './otlp-post.ts'
import type { Queued } from './queue.ts'
import type { Sender } from './sender.ts'
import { type Answer, httpTransport, sendPartsBy, type Transport } from './transport.ts'
import { mostUrgentFirst } from './urgency.ts'

/** A log record or metric that is put into words when its batch is sent. */
export interface QueuedRecord<T> extends Queued {
  record(): T
}

export interface SignalStats {
  accepted: number
  delivered: number
  queued: number
  queued_bytes: number
  /** What of the queued ones is on disk. */
  spooled: number
  dropped: LossTable
  retries: number
  breaker: CircuitState
}

export interface OutboxStats {
  events?: SignalStats
  spans?: SignalStats
  logs?: SignalStats
  metrics?: SignalStats
  /** Where there is one; for processes that are gone, `recovered` was delivered and `inherited_dropped` could not be. */
  spool?: SpoolStats & { recovered: number; inherited_dropped: LossTable }
}

const BATCH_MAX_BYTES = 1024 * 1024
const SCOPE = { name: '@hubline/core', version: VERSION }

type OtlpDelivery<T extends Queued> = Delivery<T | PackedRecords>

/** The deliveries of one hub: events to the hub, spans, logs and metrics as OTLP. */
export class Outbox {
  readonly events: Delivery<EventRun> | undefined
  readonly spans: OtlpDelivery<SpanRun> | undefined
  readonly logs: OtlpDelivery<QueuedRecord<LogRecord>> | undefined
  readonly metrics: Metrics | undefined
  readonly #metrics: OtlpDelivery<QueuedRecord<MetricRecord>> | undefined
  readonly #spanPages = new SpanPages()
  readonly #spool: Spool | undefined
  readonly #transport: Transport
  readonly #hub: HubAddress | undefined
  /** Undefined while the hub has not said. */
  #dialect: Dialect | undefined

  constructor(config: HubConfig, logger: Logger, transport: Transport = httpTransport()) {
    this.#transport = transport
    this.#hub = config.mode === 'live' && config.url ? { url: config.url, token: config.token } : undefined
    const hub = this.#hub
    const { send } = transport
    const sendParts = sendPartsBy(transport)
    const common = {
      queueMaxBytes: config.queueMaxBytes,
      batchSize: config.batchSize,
      batchMaxBytes: BATCH_MAX_BYTES,
      batchTimeoutMs: config.batchTimeout,
      maxRetries: config.maxRetries,
      breaker: { threshold: config.breakerThreshold, recoveryMs: config.breakerTimeout },
      logger,
    }
    this.#dialect = config.dialect === 'auto' ? undefined : config.dialect
    const info = hub && askInfo(hub.url, hub.token, config.timeout, send)
    const dialect = async (): Promise<Dialect> => {
      if (this.#dialect) return this.#dialect
      try {
        return (this.#dialect = dialectOf(await info!()))
      } catch (error) {
        // Nobody has said otherwise, but somebody may.
        if (error instanceof NoInfo) return 'hubline'
        throw error
      }
    }
    const spool = this.#hub || hasEndpoint(config.otlp) ? openSpool(config, logger) : undefined
    this.#spool = spool
    if (hub) {
      const gzip = isCompressed(config.compression, hub.url)
      const post = hubPost({
        ...hub,
        dialect,
        gzip,
        timeoutMs: config.timeout,
        send: sendParts,
        now: Date.now,
      })
      const lane = spool?.lane('events')
      this.events = new Delivery<EventRun>({
        ...common,
        name: 'hub events',
        post,
        inOrder: eachInOrder,
        spool: lane && { lane, pack: packEvents, unpack: unpackEvent },
      })
    }
    const ask = hub && locateOtlp(hub.url, hub.token, info!, this.sparing)
    const resource = encodeResource(resourceOf(config))
    const record = <T>(queued: QueuedRecord<T>): T => queued.record()
    const otlp = <T extends Queued>(
      signal: OtlpSignal,
      encode: (batch: readonly T[]) => readonly Uint8Array[],
    ) => {
      const target = config.otlp.targets[signal]
      if (!config.otlp.enabled || !target.exported || (!target.url && !ask)) return undefined
      const { url } = target
      const locate = url ? async () => ({ url }) : () => ask!(signal)
      const codec = otlpCodec(encode)
      const post = otlpPost({ target, locate, encode: codec.encode, send: sendParts, now: Date.now })
      const lane = spool?.lane(signal)
      return new Delivery<T | PackedRecords>({
        ...common,
        name: `OTLP ${signal}`,
        post,
        spool: lane && { lane, pack: codec.pack, unpack: (packed) => new PackedRecords(packed) },
      })
    }
    this.spans = otlp<SpanRun>('traces', (batch) => encodeTraces(resource, SCOPE, batch))
    this.logs = otlp<QueuedRecord<LogRecord>>('logs', (batch) => [
      encodeLogs(resource, SCOPE, batch.map(record)),
    ])
    const metrics = otlp<QueuedRecord<MetricRecord>>('metrics', (batch) => [
      encodeMetrics(resource, SCOPE, batch.map(record)),
    ])
    this.#metrics = metrics
    if (metrics)
      this.metrics = new Metrics(
        config.otel,
        (queued) => metrics.offer(queued),
        () => this.stats(),
      )
    spool?.open()
  }

  /**
   * Posts to another address of the hub's server, once; undefined where nothing is sent. Rejects when nobody answers.
   *
   * @param path from the root of the server, with its query
   */
  async call(path: string, timeoutMs: number): Promise<Answer | undefined> {
    if (!this.#hub) return undefined
    const { url, token } = this.#hub
    const headers = { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const base = url.replace(/\/api\/v1\/hub$/, '')
    return this.#transport.send({ method: 'POST', url: base + path, headers, timeoutMs })
  }

  /** Puts a span into bytes, and queues it. */
  offerSpan(span: SpanSource): void {
    this.spans?.offer(this.#spanPages.keep(span))
  }

  /** Whether any signal goes out as OTLP. */
  get exporting(): boolean {
    return (this.spans ?? this.logs ?? this.#metrics) !== undefined
  }

  /** Whether events go to one of the original servers, which take few. */
  get sparing(): boolean {
    return this.#dialect !== undefined && this.#dialect !== 'hubline'
  }

  /**
   * For a process that is about to end: puts on disk, where there is a spool, everything that has not arrived.
   *
   * @returns the requests that carry the events, and what to call when it has arrived; undefined when nothing is worth a try
   */
  lastWords(): { words: LastWords[]; arrived(): void } | undefined {
    for (const delivery of this.#others()) delivery.keepRest()
    const { events } = this
    const waiting = events?.drain() ?? []
    const undo = events?.keep(waiting)
    const hopeless = undo !== undefined && events?.sender.breaker.state === 'open'
    if (!this.#hub || waiting.length === 0 || hopeless) return undefined
    const hub = this.#hub
    const dialect = this.#dialect ?? 'hubline'
    const words = mostUrgentFirst(waiting)
      .flatMap((batch) => requestsOf(dialect, hub, batch))
      .map(({ parts, ...request }) => ({ ...request, body: String(Buffer.concat(parts)) }))
    return { words, arrived: () => undo?.() }
  }

  /** For a process that ends now: puts on disk what is left, where there is a spool. */
  keepRest(): void {
    if (!this.#spool) return
    for (const delivery of this.#all()) delivery.keepRest()
  }

  async flush(deadlineMs: number): Promise<void> {
    this.metrics?.flush()
    await Promise.all(this.#all().map((delivery) => delivery.flush(deadlineMs)))
  }

  async close(deadlineMs: number): Promise<void> {
    this.metrics?.close()
    await Promise.all(this.#all().map((delivery) => delivery.close(deadlineMs)))
    await this.#spool?.close()
    this.#transport.close()
  }

  stats(): OutboxStats {
    const { events, spans, logs } = this
    const stats: OutboxStats = {}
    if (events) stats.events = statsOf(events)
    if (spans) stats.spans = statsOf(spans)
    if (logs) stats.logs = statsOf(logs)
    if (this.#metrics) stats.metrics = statsOf(this.#metrics)
    if (this.#spool) {
      const inherited = new Tally()
      for (const delivery of this.#all()) inherited.add(delivery.inherited)
      const { delivered: recovered, dropped: inherited_dropped } = inherited
      stats.spool = { ...this.#spool.stats(), recovered, inherited_dropped }
    }
    return stats
  }

  #all(): AnyDelivery[] {
    return [this.events, ...this.#others()].filter((delivery) => delivery !== undefined)
  }

  #others(): AnyDelivery[] {
    return [this.spans, this.logs, this.#metrics].filter((delivery) => delivery !== undefined)
  }
}

/** What the deliveries have in common, whatever they deliver. */
type AnyDelivery = Pick<Delivery<Queued>, 'flush' | 'close' | 'inherited' | 'keepRest'>

function openSpool(config: HubConfig, logger: Logger): Spool | undefined {
  const { spoolDir, spoolMaxBytes, source, env, instance } = config
  if (spoolDir === undefined) return undefined
  return new Spool({ folder: spoolDir, maxBytes: spoolMaxBytes, source, env, instance, logger })
}

interface Counted extends Pick<Delivery<Queued>, 'tally' | 'queued' | 'queuedBytes' | 'spooled'> {
  sender: Pick<Sender<Queued>, 'retries' | 'breaker'>
}

function statsOf(delivery: Counted): SignalStats {
  const { accepted, delivered, dropped } = delivery.tally
  return {
    accepted,
    delivered,
    queued: delivery.queued,
    queued_bytes: delivery.queuedBytes,
    spooled: delivery.spooled,
    dropped: { ...dropped },
    retries: delivery.sender.retries,
    breaker: delivery.sender.breaker.state,
  }
}
