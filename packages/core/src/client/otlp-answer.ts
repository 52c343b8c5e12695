import { ProtobufReader } from '../otlp/protobuf-reader.ts'
import { WireType } from '../otlp/protobuf-writer.ts'
import type { Answer } from './transport.ts'

/** What a receiver did not take of an export that it answered with success. */
export interface PartialSuccess {
  /** Spans, log records or data points. */
  rejected: number
  message: string
}

const PARTIAL_SUCCESS = 1
const REJECTED = 1
const ERROR_MESSAGE = 2

/**
 * Reads `partial_success` of an `Export…ServiceResponse`; its numbers of fields are the same for all signals.
 *
 * @returns undefined when all was taken, or when the answer cannot be read
 */
export function partialSuccessOf({
  headers,
  body,
  bytes = Buffer.from(body),
}: Answer): PartialSuccess | undefined {
  try {
    const type = headers['content-type']
    const partial = String(type).includes('json') ? fromJson(body) : fromProtobuf(bytes)
    return partial.rejected > 0 ? partial : undefined
  } catch {
    return undefined
  }
}

function fromProtobuf(bytes: Uint8Array): PartialSuccess {
  const partial: PartialSuccess = { rejected: 0, message: '' }
  const reader = new ProtobufReader(bytes)
  while (!reader.done) {
    const [field, type] = reader.tag()
    if (field === PARTIAL_SUCCESS && type === WireType.LengthDelimited) readPartial(reader.bytes(), partial)
    else reader.skip(type)
  }
  return partial
}

function readPartial(bytes: Uint8Array, partial: PartialSuccess): void {
  const reader = new ProtobufReader(bytes)
  while (!reader.done) {
    const [field, type] = reader.tag()
    if (field === REJECTED && type === WireType.Varint) partial.rejected = reader.int64()
    else if (field === ERROR_MESSAGE && type === WireType.LengthDelimited) partial.message = reader.string()
    else reader.skip(type)
  }
}

function fromJson(body: string): PartialSuccess {
  const { partialSuccess = {} } = JSON.parse(body) as { partialSuccess?: Record<string, unknown> }
  const { rejectedSpans, rejectedLogRecords, rejectedDataPoints, errorMessage = '' } = partialSuccess
  const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0)
  return { rejected, message: String(errorMessage) }
}
