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

/** The instrumentation library that made the records: ours. */
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
  /** 0 unset, 1 ok, 2 error. */
  status: 0 | 1 | 2
  statusMessage?: string | undefined
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
