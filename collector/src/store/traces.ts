import type { ReadException } from '../otlp/trace-exceptions.ts'
import type { SpanKindWord, StatusWord } from '../otlp/read.ts'

/** An attribute that a span or its resource must have; of an array one element. */
export interface AttributeMatch {
  key: string
  /** Any of them; text, numbers and booleans are never equal to each other. */
  values: readonly (string | number | boolean)[]
}

/** What one span must be like; all that is given must hold. */
export interface SpanFilter {
  service?: string | undefined
  /** The name of the span, or the route that follows the method in it, as in `GET /users/:id`. */
  operation?: string | undefined
  kind?: SpanKindWord | undefined
  status?: StatusWord | undefined
  /** Milliseconds, inclusive. */
  minMs?: number | undefined
  maxMs?: number | undefined
  /** All of them. */
  attributes?: readonly AttributeMatch[] | undefined
  /** Milliseconds since the epoch: only spans that start at or after it. */
  since?: number | undefined
  /** Milliseconds since the epoch: only spans that start before it. */
  until?: number | undefined
}

export interface TraceSearch extends SpanFilter {
  /** Where absent, summaries are of all services; else of the spans of this one alone. */
  only?: string | undefined
  order: 'newest' | 'longest'
  limit: number
  /** Go on after this one; `next` of an earlier page. */
  cursor?: string | undefined
  /** Milliseconds of searching after which an answer ends where it is. */
  scanMs: number
}

export interface TraceSummary {
  trace_id: string
  /** Name of the span without a parent, else of the first one known. */
  name: string
  service: string
  services: string[]
  start: string
  duration_ms: number
  spans: number
  errors: number
}

/** A page may have fewer traces than asked for, even none, and more after it: the search for a rare one has its time. */
export interface TracePage {
  traces: TraceSummary[]
  next: string | null
  hasMore: boolean
  /** RFC 3339: what came since then has been searched; null where everything has. */
  searchedUntil: string | null
}

/** A span as the API shows it: the decoded OTLP span with its service, resource and scope. */
export type DecodedItem = Record<string, unknown>

export interface TraceDetail {
  trace_id: string
  services: string[]
  /** RFC 3339; null when only events or logs are known. */
  start: string | null
  end: string | null
  duration_ms: number | null
  /** How many there are of each; more than are shown where `truncated`. */
  counts: { spans: number; errors: number; logs: number; events: number }
  /** By start. */
  spans: DecodedItem[]
  logs: DecodedItem[]
  /** What span events and log records tell of, each once, by time. */
  exceptions: ReadException[]
  /** Whether there was more than one answer can carry. */
  truncated: boolean
}

export interface TraceStatsQuery extends SpanFilter {
  since: number
  until: number
  /** Into how many buckets the range is cut. */
  buckets: number
  scanMs: number
}

/** Durations of spans; milliseconds, null where there are none. */
export interface DurationStats {
  count: number
  errors: number
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
}

export interface TraceStatsBucket extends DurationStats {
  /** RFC 3339; where it starts. */
  at: string
  /** How many spans took up to so many milliseconds, longer than the one before; each limit twice the last one. */
  durations: { le_ms: number; count: number }[]
}

export interface TraceStats extends DurationStats {
  step_s: number
  buckets: TraceStatsBucket[]
  searchedUntil: string | null
}

export interface RecentSpansQuery {
  service?: string | undefined
  /** Milliseconds since the epoch: only spans that start at or after it. */
  since?: number | undefined
  limit: number
  scanMs: number
}

/** What a service does, by the names of its spans. */
export interface OperationSummary {
  name: string
  kind: SpanKindWord
  spans: number
  errors: number
}

export interface AttributeSummary {
  key: string
  of: 'span' | 'resource'
  types: string[]
  /** Of the spans that were looked at. */
  spans: number
  /** Some of them, as text. */
  examples: string[]
}

export interface TraceStore {
  /**
   * Everything that carries a trace id (32 lower-case hex digits), as JSON text; undefined where nothing does.
   *
   * @param service whose spans, logs and events alone are wanted.
   */
  trace(traceId: string, service?: string): Promise<string | undefined>
  traces(search: TraceSearch): Promise<TracePage>
  traceStats(query: TraceStatsQuery): Promise<TraceStats>
  /** Most frequent first, of the newest spans; undefined for a service that nobody knows. */
  operations(query: RecentSpansQuery & { service: string }): Promise<OperationSummary[] | undefined>
  /** By key, of a sample of the newest spans. */
  spanAttributes(query: RecentSpansQuery): Promise<AttributeSummary[]>
}
