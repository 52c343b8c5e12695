import type { DescMessage } from '@bufbuild/protobuf'

import type { LogRow, MetricRow, OtlpOrigin, SpanRow } from '../store/rows.ts'
import { LogRecordSchema } from './gen/opentelemetry/proto/logs/v1/logs_pb.ts'
import { MetricSchema } from './gen/opentelemetry/proto/metrics/v1/metrics_pb.ts'
import { SpanSchema } from './gen/opentelemetry/proto/trace/v1/trace_pb.ts'
import { logRow } from './log-row.ts'
import { countDataPoints, metricRow } from './metric-row.ts'
import { plainSpanRow } from './plain-span.ts'
import { prepareLogRecord, prepareMetric, prepareSpan, countJsonDataPoints } from './prepare-json.ts'
import { spanRow } from './span-row.ts'

/** What OTLP carries, each on a path of its own. */
export type Signal = 'traces' | 'logs' | 'metrics'

/** The row each signal becomes. */
export interface SignalRows {
  traces: SpanRow
  logs: LogRow
  metrics: MetricRow
}

/** What differs between the three requests; in protobuf their containers have the same field numbers. */
export interface SignalCodec<Row> {
  /** Names in JSON: of the request's list, of each resource's and of each scope's. */
  resources: string
  scopes: string
  items: string
  itemSchema: DescMessage
  /** Brings a parsed JSON item from OTLP's rules to those of protobuf JSON, in place. */
  prepareJson: (item: unknown) => void
  toRow: (item: Uint8Array, origin: OtlpOrigin) => Row
  /** Checks an item and makes its row at once, where it is a common one; otherwise undefined. */
  plainRow?: (item: Uint8Array, origin: OtlpOrigin) => Row | undefined
  /** How much a rejected item counts in `partial_success`. */
  weigh: (item: Uint8Array) => number
  weighJson: (item: unknown) => number
}

const one = (): number => 1

/** The codec of each signal. */
export const SIGNALS: { readonly [S in Signal]: SignalCodec<SignalRows[S]> } = {
  traces: {
    resources: 'resourceSpans',
    scopes: 'scopeSpans',
    items: 'spans',
    itemSchema: SpanSchema,
    prepareJson: prepareSpan,
    toRow: spanRow,
    plainRow: plainSpanRow,
    weigh: one,
    weighJson: one,
  },
  logs: {
    resources: 'resourceLogs',
    scopes: 'scopeLogs',
    items: 'logRecords',
    itemSchema: LogRecordSchema,
    prepareJson: prepareLogRecord,
    toRow: logRow,
    weigh: one,
    weighJson: one,
  },
  metrics: {
    resources: 'resourceMetrics',
    scopes: 'scopeMetrics',
    items: 'metrics',
    itemSchema: MetricSchema,
    prepareJson: prepareMetric,
    toRow: metricRow,
    weigh: countDataPoints,
    weighJson: countJsonDataPoints,
  },
}
