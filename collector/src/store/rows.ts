import type { HubEvent } from '@hubline/core/wire'
import type { ToldException } from '../otlp/exceptions.ts'

/** A hub event as it is read back. */
export type StoredEvent = HubEvent & {
  /** RFC 3339, UTC. */
  received_at: string
  /** ULID given at commit; pages and `Last-Event-ID` go by it. */
  cursor: string
}

/** What spans, log records and metrics share: where they came from, as the protobuf bytes they came in. */
export interface OtlpOrigin {
  /** `service.name` of the resource, `unknown_service` when absent. */
  service: string
  /** An encoded `opentelemetry.proto.resource.v1.Resource`. */
  resource: Uint8Array
  /** An encoded `opentelemetry.proto.common.v1.InstrumentationScope`. */
  scope: Uint8Array
}

/** Only what is queried is a column; everything else stays in `span` and is decoded when read. */
export interface SpanRow extends OtlpOrigin {
  /** 16 bytes. */
  traceId: Uint8Array
  /** 8 bytes. */
  spanId: Uint8Array
  parentSpanId: Uint8Array | null
  name: string
  /** SpanKind of the OTLP enum. */
  kind: number
  startUnixNano: bigint
  endUnixNano: bigint
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number
  /** An encoded `opentelemetry.proto.trace.v1.Span`. */
  span: Uint8Array
  /** What its events tell of. */
  exceptions: readonly ToldException[]
}

export interface LogRow extends OtlpOrigin {
  timeUnixNano: bigint
  traceId: Uint8Array | null
  spanId: Uint8Array | null
  severityNumber: number
  eventName: string
  /** The body as text, for search; empty when it has none. */
  body: string
  /** An encoded `opentelemetry.proto.logs.v1.LogRecord`. */
  record: Uint8Array
  /** What its attributes tell of; one at the most. */
  exceptions: readonly ToldException[]
}

export interface MetricRow extends OtlpOrigin {
  name: string
  unit: string
  type: 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary'
  /** Time of the newest data point. */
  timeUnixNano: bigint
  /** Time of the oldest one. */
  oldestUnixNano: bigint
  dataPoints: number
  /** A hash of the attributes of each data point, 32 bits: how many series there are is counted by it. */
  series: readonly number[]
  /** How many data points were beyond the limit of series, and are one now; absent where none was. */
  overflowed?: number
  /** An encoded `opentelemetry.proto.metrics.v1.Metric`. */
  metric: Uint8Array
}
