import { rowsFromJson } from './from-json.ts'
import { rowsFromProtobuf } from './from-protobuf.ts'
import { Rejections } from './rejections.ts'
import { SIGNALS, type Signal, type SignalRows } from './signals.ts'

/** How a request, and so its answer, is written: `application/x-protobuf` or `application/json`. */
export type Encoding = 'protobuf' | 'json'

/** One export request, taken apart. */
export interface DecodedExport<S extends Signal> {
  /** What can be kept. With protobuf they hold views of the request's body. */
  rows: SignalRows[S][]
  /** What cannot: spans, log records or, for metrics, data points. */
  rejected: number
  /** What is wrong with the first rejected items, and where; absent when none is. */
  message?: string
}

/**
 * Takes an OTLP export request apart, into rows for the store. A bad item is rejected alone and counted.
 *
 * @example
 * const { rows, rejected, message } = decodeExport('traces', 'protobuf', body)
 *
 * @param body the request's body, after decompression
 * @throws OtlpDecodeError when the body cannot be read at all; nothing else.
 */
export function decodeExport<S extends Signal>(
  signal: S,
  encoding: Encoding,
  body: Uint8Array,
): DecodedExport<S> {
  const rejections = new Rejections()
  const read = encoding === 'json' ? rowsFromJson : rowsFromProtobuf
  const rows = read(SIGNALS[signal], body, rejections)
  const { count: rejected, message } = rejections
  return message === undefined ? { rows, rejected } : { rows, rejected, message }
}
