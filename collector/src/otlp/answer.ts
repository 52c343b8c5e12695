import { create, toBinary, toJsonString, type DescMessage, type Message } from '@bufbuild/protobuf'

import { StatusSchema } from './gen/google/rpc/status_pb.ts'
import { ExportLogsServiceResponseSchema } from './gen/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts'
import { ExportMetricsServiceResponseSchema } from './gen/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts'
import { ExportTraceServiceResponseSchema } from './gen/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts'
import type { Encoding } from './receive.ts'
import type { Signal } from './signals.ts'

/** What became of a request that was taken. */
export interface ExportOutcome {
  /** Spans, log records or data points; 0 on full success. */
  rejected: number
  /** For the sender's log. With 0 rejected it is a warning. */
  message?: string
}

/**
 * An Export…ServiceResponse of the signal, with its schema. `partial_success` is set only when something was rejected or
 * there is something to say.
 */
export function exportAnswer(
  signal: Signal,
  outcome: ExportOutcome,
): { schema: DescMessage; message: Message } {
  const { rejected, message: errorMessage = '' } = outcome
  const partial = rejected > 0 || errorMessage !== ''
  const count = BigInt(rejected)
  switch (signal) {
    case 'traces': {
      const partialSuccess = { rejectedSpans: count, errorMessage }
      const schema = ExportTraceServiceResponseSchema
      return { schema, message: create(schema, partial ? { partialSuccess } : {}) }
    }
    case 'logs': {
      const partialSuccess = { rejectedLogRecords: count, errorMessage }
      const schema = ExportLogsServiceResponseSchema
      return { schema, message: create(schema, partial ? { partialSuccess } : {}) }
    }
    case 'metrics': {
      const partialSuccess = { rejectedDataPoints: count, errorMessage }
      const schema = ExportMetricsServiceResponseSchema
      return { schema, message: create(schema, partial ? { partialSuccess } : {}) }
    }
  }
}

/** The body of a 200: an Export…ServiceResponse of the signal. */
export function encodeExportAnswer(signal: Signal, encoding: Encoding, outcome: ExportOutcome): Uint8Array {
  const { schema, message } = exportAnswer(signal, outcome)
  return encode(encoding, schema, message)
}

/**
 * The body of a 4xx or 5xx: a google.rpc.Status.
 *
 * @param status.code of google.rpc.Code, such as 3 for INVALID_ARGUMENT; not the HTTP status
 */
export function encodeStatus(encoding: Encoding, status: { code: number; message: string }): Uint8Array {
  return encode(encoding, StatusSchema, create(StatusSchema, status))
}

function encode(encoding: Encoding, schema: DescMessage, message: Message): Uint8Array {
  return encoding === 'json' ? Buffer.from(toJsonString(schema, message)) : toBinary(schema, message)
}
