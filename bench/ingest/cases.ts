/** What is sent: hub events as NDJSON, or spans as OTLP in either encoding. */
export type Format = 'events' | 'spans, protobuf' | 'spans, JSON'

export interface Case {
  format: Format
  /** Items of one request. */
  batch: number
  gzip: boolean
}

export const BATCHES = [1, 50, 500] as const

/** Every format in every size, plain and compressed. */
export const CASES: readonly Case[] = (['events', 'spans, protobuf', 'spans, JSON'] as const).flatMap(
  (format) => BATCHES.flatMap((batch) => [false, true].map((gzip) => ({ format, batch, gzip }))),
)

export const nameOf = ({ format, batch, gzip }: Case): string => `${format}, ${batch}${gzip ? ', gzip' : ''}`
