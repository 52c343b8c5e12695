import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { StoredSignal } from '../store/store.ts'

// Sources come from the network: a label for each would be memory without a bound.
const MAX_SOURCES = 100
const OTHER = '(other)'
const UNKNOWN = '(unknown)'

/** What the collector counts of itself since it started, for `/metrics` and `/api/v1/stats`. */
export class Metrics {
  readonly registry: Registry = new Registry()
  readonly accepted: Record<StoredSignal, number> = { events: 0, spans: 0, logs: 0, metrics: 0 }
  /** Bytes of bodies that wait for their commit. */
  readonly queuedBytes: () => number
  duplicates = 0
  expired = 0
  readonly rejected: Record<string, number> = {}
  /** Refused requests by source, as far as it was known, and reason. */
  readonly refused: Record<string, Record<string, number>> = Object.create(null) as Metrics['refused']
  readonly #ingested: Counter<'signal'>
  readonly #duplicates: Counter
  readonly #expired: Counter
  readonly #rejected: Counter<'signal' | 'reason'>
  readonly #refused: Counter<'signal' | 'reason'>
  readonly #refusedSources: Counter<'source' | 'reason'>
  readonly #bytes: Counter<'signal'>
  readonly #commits: Histogram
  readonly #http: Histogram<'method' | 'route' | 'status'>

  constructor({ queuedBytes, streams }: { queuedBytes: () => number; streams: () => number }) {
    this.queuedBytes = queuedBytes
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry })
    this.#ingested = new Counter({
      name: 'hubline_ingested_total',
      help: 'Items committed to the store.',
      labelNames: ['signal'],
      registers,
    })
    this.#duplicates = new Counter({
      name: 'hubline_duplicates_total',
      help: 'Events acknowledged again because their id was stored already.',
      registers,
    })
    this.#expired = new Counter({
      name: 'hubline_expired_total',
      help: 'Events acknowledged and not stored, because retention has given up the time that they are from.',
      registers,
    })
    this.#rejected = new Counter({
      name: 'hubline_rejected_total',
      help: 'Items of readable requests that were not taken, by reason.',
      labelNames: ['signal', 'reason'],
      registers,
    })
    this.#refused = new Counter({
      name: 'hubline_refused_requests_total',
      help: 'Ingest requests refused as a whole, by the error that they got.',
      labelNames: ['signal', 'reason'],
      registers,
    })
    this.#refusedSources = new Counter({
      name: 'hubline_refused_requests_by_source_total',
      help: `The same by source, where it is known; beyond ${MAX_SOURCES} of them it is "${OTHER}".`,
      labelNames: ['source', 'reason'],
      registers,
    })
    this.#bytes = new Counter({
      name: 'hubline_ingested_bytes_total',
      help: 'Bytes of accepted request bodies after decompression.',
      labelNames: ['signal'],
      registers,
    })
    this.#commits = new Histogram({
      name: 'hubline_commit_duration_seconds',
      help: 'Time from taking a group of requests to its commit, decoding included.',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    })
    this.#http = new Histogram({
      name: 'hubline_http_request_duration_seconds',
      help: 'HTTP requests by route; streams count when they end.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    })
    this.registry.registerMetric(
      gauge('hubline_ingest_queue_bytes', 'Bytes of bodies that wait for their commit.', queuedBytes),
    )
    this.registry.registerMetric(gauge('hubline_streams', 'Live streams that are open.', streams))
  }

  stored(signal: StoredSignal, items: number, bytes: number): void {
    this.accepted[signal] += items
    this.#ingested.inc({ signal }, items)
    this.#bytes.inc({ signal }, bytes)
  }

  repeated(events: number): void {
    this.duplicates += events
    this.#duplicates.inc(events)
  }

  expire(events: number): void {
    this.expired += events
    this.#expired.inc(events)
  }

  reject(signal: StoredSignal, reason: string, items = 1): void {
    this.rejected[reason] = (this.rejected[reason] ?? 0) + items
    this.#rejected.inc({ signal, reason }, items)
  }

  refuse(signal: StoredSignal, reason: string, source: string = UNKNOWN): void {
    this.#refused.inc({ signal, reason })
    const known = source in this.refused || Object.keys(this.refused).length < MAX_SOURCES
    const label = known ? source : OTHER
    const reasons = (this.refused[label] ??= {})
    reasons[reason] = (reasons[reason] ?? 0) + 1
    this.#refusedSources.inc({ source: label, reason })
  }

  committed(seconds: number): void {
    this.#commits.observe(seconds)
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.#http.observe({ method, route, status }, seconds)
  }
}

function gauge(name: string, help: string, read: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read())
    },
  })
}
