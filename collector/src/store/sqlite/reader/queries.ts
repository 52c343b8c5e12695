import type { ServiceDelivery } from '../../../services/delivery.ts'
import type { ServiceFacts } from '../../../services/facts.ts'
import type { EventCounts, EventSearch, EventSearchPage } from '../../event-search.ts'
import type { EventStats, EventStatsQuery } from '../../event-stats.ts'
import type { EventFilter, EventPage, EventQuery, ServedEvent } from '../../events.ts'
import type { RequestRateSeries, RequestRatesQuery, ServiceMap, ServiceMapQuery } from '../../service-map.ts'
import type { ExportPage, ExportQuery } from '../../export.ts'
import type { FleetFacts, FleetQuery } from '../../fleet.ts'
import type { KeptSignal } from '../../kept.ts'
import type { StoredSignal } from '../../store.ts'
import type { VocabularyQueries } from '../../../vocabulary/queries.ts'
import type { ErrorQueries } from './errors.ts'
import type { LogQueries } from './logs/queries.ts'
import type { MetricQueries } from './metrics/queries.ts'
import type { MonitorQueries } from './monitors.ts'
import type { TraceQueries } from './trace-queries.ts'

/** What can be asked of a reader thread: name, arguments, answer. */
export interface Queries
  extends ErrorQueries, LogQueries, MetricQueries, MonitorQueries, TraceQueries, VocabularyQueries {
  events: (query: EventQuery) => EventPage
  eventStats: (query: EventStatsQuery) => EventStats
  event: (id: string, source?: string) => ServedEvent | undefined
  services: (name?: string) => ServiceFacts[]
  delivery: (service: string) => ServiceDelivery | undefined
  serviceMap: (query: ServiceMapQuery) => ServiceMap
  requestRates: (query: RequestRatesQuery) => RequestRateSeries | undefined
  fleet: (query: FleetQuery) => FleetFacts
  searchEvents: (search: EventSearch) => EventSearchPage
  countEvents: (filter: EventFilter) => EventCounts
  exchanges: () => string[]
  export: (query: ExportQuery) => ExportPage
  kept: () => Record<StoredSignal, Omit<KeptSignal, 'bytes'>>
}

export type QueryName = keyof Queries

export interface ReaderRequest {
  query: QueryName
  args: unknown[]
}

/** Parts, as `signal/id`, whose files are to be closed: their space comes back only then. */
export interface ForgetParts {
  forget: string[]
}

/** Close every file and end. */
export interface EndReading {
  end: true
}

export type ReaderReply = { result: unknown } | { error: string }
