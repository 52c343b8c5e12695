/** What OTLP knows as an attribute, of what JavaScript has. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly string[]
  | readonly number[]
  | readonly boolean[]

/** Attributes by name; an undefined one is skipped. */
export type Attributes = Record<string, AttributeValue | undefined>

/** The instrumentation library that made the records. */
export interface Scope {
  name: string
  version: string
}

/** A finished span, ready to be encoded. */
export interface SpanRecord {
  /** 32 hex digits. */
  traceId: string
  /** 16 hex digits. */
  spanId: string
  /** 16 hex digits; absent for a root span. */
  parentSpanId?: string | undefined
  /** W3C tracestate as it came. */
  traceState?: string | undefined
  /** The parent was in another process. */
  remoteParent?: boolean
  name: string
  /** SpanKind of OTLP, one more than that of the OpenTelemetry API: 1 internal, 2 server, 3 client. */
  kind: number
  /** Milliseconds since the epoch, with a fraction. */
  startMs: number
  durationMs: number
  attributes: Attributes
  events?: SpanEvent[] | undefined
  links?: SpanLink[] | undefined
  /** 0 unset, 1 ok, 2 error. */
  status: 0 | 1 | 2
  statusMessage?: string | undefined
}

/** Another span that this one has to do with. */
export interface SpanLink {
  /** 32 hex digits. */
  traceId: string
  /** 16 hex digits. */
  spanId: string
  attributes: Attributes
}

/** Something that happened at one moment of a span. */
export interface SpanEvent {
  name: string
  /** Milliseconds since the epoch, with a fraction. */
  timeMs: number
  attributes: Attributes
}

/** A log record, or with an `eventName` an event, ready to be encoded. */
export interface LogRecord {
  /** Milliseconds since the epoch, with a fraction. */
  timeMs: number
  /** 1 (trace) to 24 (fatal 4), 0 when unspecified. */
  severityNumber: number
  /** As the source names it, such as `ERROR`. */
  severityText: string
  eventName?: string | undefined
  body?: string | undefined
  attributes: Attributes
  /** 32 hex digits. */
  traceId?: string | undefined
  /** 16 hex digits. */
  spanId?: string | undefined
}

/** How points of a series follow each other: each since the one before, or each since the start. */
export type Temporality = 'delta' | 'cumulative'

/** One number of a gauge or sum. */
export interface NumberPoint {
  attributes: Attributes
  /** Milliseconds since the epoch; absent for a gauge. */
  startMs?: number
  timeMs: number
  value: number
}

/** A distribution in buckets. */
export interface HistogramPoint {
  attributes: Attributes
  startMs: number
  timeMs: number
  count: number
  sum: number
  min: number
  max: number
  /** Inclusive upper bounds. */
  bounds: readonly number[]
  /** One more than `bounds`. */
  bucketCounts: readonly number[]
  exemplar?: Exemplar | undefined
}

/** One measurement, and the span in which it was taken. */
export interface Exemplar {
  timeMs: number
  value: number
  traceId: string
  spanId: string
}

/** A metric with its points, ready to be encoded. */
export type MetricRecord = {
  name: string
  description?: string
  /** UCUM, such as `s` or `By`. */
  unit: string
} & (
  | { kind: 'gauge'; points: readonly NumberPoint[] }
  | { kind: 'sum'; monotonic: boolean; temporality: Temporality; points: readonly NumberPoint[] }
  | { kind: 'histogram'; temporality: Temporality; points: readonly HistogramPoint[] }
)
