import type { FieldErrors, OriginalDialect } from '@hubline/core/wire'
import type { BackupFile } from './backup.ts'
import type { ErrorStore } from './errors.ts'
import type { LogStore } from './logs.ts'
import type { MetricStore } from './metrics.ts'
import type { ServiceDelivery } from '../services/delivery.ts'
import type { EventCounts, EventSearch, EventSearchPage } from './event-search.ts'
import type { EventStats, EventStatsQuery } from './event-stats.ts'
import type { EventFilter, EventPage, EventQuery, ServedEvent } from './events.ts'
import type { ExportPage, ExportQuery } from './export.ts'
import type { FleetFacts, FleetQuery } from './fleet.ts'
import type { KeptSignal } from './kept.ts'
import type { MonitorStore } from './monitors.ts'
import type { ServiceFacts } from '../services/facts.ts'
import type { RequestRateSeries, RequestRatesQuery, ServiceMap, ServiceMapQuery } from './service-map.ts'
import type { MeshChange, MeshService } from './mesh.ts'
import type { VocabularyStore } from './vocabularies.ts'
import type { TraceStore } from './traces.ts'

export type OtlpSignal = 'traces' | 'logs' | 'metrics'
export type OtlpEncoding = 'protobuf' | 'json'
export type StoredSignal = 'events' | 'spans' | 'logs' | 'metrics'

/** A received body of hub events, still unread. Its bytes are handed over: the caller must not touch them again. */
export interface EventsBody {
  format: 'json' | 'ndjson'
  /** In whose words it is. */
  dialect: OriginalDialect
  /** What the body must be: one event, or an array of them; absent for either. */
  shape?: 'one' | 'many'
  /** All of the one event but its payload, which then is the body. */
  around?: Readonly<Record<string, string>>
  /** Must own its whole ArrayBuffer, which is transferred. */
  body: Uint8Array
  /** The only source that the sender may speak for; null for any. */
  source: string | null
  /** Who is held to a fair share of the queue; absent for nobody. */
  sender?: string
  /** Milliseconds since the epoch. */
  receivedAt: number
}

export interface OtlpBody {
  signal: OtlpSignal
  encoding: OtlpEncoding
  body: Uint8Array
  source: string | null
  sender?: string
  receivedAt: number
}

/** Why one event of a batch was refused. */
export interface Rejection {
  /** Position in the batch, from 0; in NDJSON blank lines do not count. */
  index: number
  id?: string
  error: 'invalid_json' | 'validation_failed' | 'source_mismatch'
  message: string
  errors: FieldErrors
}

/** Where an event was published on the event bus, as far as its sender said. */
export interface PublishedTo {
  exchange?: string
  routingKey?: string
}

/**
 * What became of a body of hub events; `stored`, `duplicate` and `batch` are committed. `expired` is an event from a time
 * that retention has given up: it is not stored, as it may have been before.
 */
export type EventsReceipt =
  | { kind: 'unreadable' | 'misshapen' | 'too_many'; message: string }
  | { kind: 'rejected'; rejection: Rejection }
  | {
      kind: 'stored' | 'duplicate' | 'expired'
      id: string
      /** What its sender calls it, where that is not its type. */
      name?: string
      type: string
      source: string
      occurred_at: string
      /** RFC 3339; when this id of its source was first stored. */
      created_at: string
      published?: PublishedTo
    }
  | { kind: 'batch'; accepted: number; duplicates: number; expired: number; rejected: Rejection[] }

export type OtlpReceipt =
  | { kind: 'unreadable'; message: string }
  | { kind: 'stored'; accepted: number; rejected: number; message?: string }

export interface StoreStats {
  stored: Record<StoredSignal, number>
  kept: Record<StoredSignal, KeptSignal>
  /** Of the whole data directory. */
  disk_bytes: number
}

/** One committed group, as the live stream sees it. */
export interface Commit {
  /** Cursor of the newest committed event. */
  watermark: string
  /** The group's new events by cursor; empty while nobody watches. */
  events: ServedEvent[]
  /** Cursor before the first of `events`; null while nobody watched. */
  after: string | null
}

/**
 * Where everything is kept. Promises of the ingest methods settle after the commit; nothing is acknowledged before.
 *
 * All methods reject with a `StoreError` when the store is closed, overloaded or its disk fails.
 */
export interface Store extends ErrorStore, LogStore, MetricStore, MonitorStore, TraceStore, VocabularyStore {
  ingestEvents(body: EventsBody): Promise<EventsReceipt>
  ingestOtlp(body: OtlpBody): Promise<OtlpReceipt>
  /** Whether `bytes` more would be taken now, without waiting. */
  hasRoom(bytes: number): boolean
  events(query: EventQuery): Promise<EventPage>
  /** Ends after its time with what it has counted until then. */
  eventStats(query: EventStatsQuery): Promise<EventStats>
  /** Of several sources' events with this id the newest, or that of `source`. */
  event(id: string, source?: string): Promise<ServedEvent | undefined>
  services(): Promise<ServiceFacts[]>
  service(name: string): Promise<ServiceFacts | undefined>
  /** What became of the numbered events of a service; undefined when nothing has come from it. */
  delivery(name: string): Promise<ServiceDelivery | undefined>
  serviceMap(query: ServiceMapQuery): Promise<ServiceMap>
  /** Undefined when nothing has come from the service. */
  requestRates(query: RequestRatesQuery): Promise<RequestRateSeries | undefined>
  /** What the two before tell of one service, of all. */
  fleet(query: FleetQuery): Promise<FleetFacts>
  searchEvents(search: EventSearch): Promise<EventSearchPage>
  countEvents(filter: EventFilter): Promise<EventCounts>
  /** The services that the mesh watches, by id. Waits for the disk: for the start. */
  meshServices(): MeshService[]
  changeMesh(change: MeshChange): Promise<void>
  /**
   * A copy of everything, made while it is read, one at a time; with all that was acknowledged before its first file.
   * Whoever stops early calls `return`.
   */
  backup(): AsyncGenerator<BackupFile, void>
  /** Items of an OTLP signal as requests that would store them, page by page. */
  export(query: ExportQuery): Promise<ExportPage>
  /** Names of the exchanges that events were published to by name. */
  exchanges(): Promise<string[]>
  stats(): Promise<StoreStats>
  /** Rows stored so far, from memory. */
  totals(): Record<StoredSignal, number>
  /** Cursor of the newest committed event, from memory. */
  watermark(): string
  /** Proves that a write works; rejects with the reason when it does not. */
  probe(): Promise<void>
  /** Calls back after every commit, until the returned function is called. */
  watch(listener: (commit: Commit) => void): () => void
  /** Commits what was accepted and closes; further calls return the same promise. */
  close(): Promise<void>
}
