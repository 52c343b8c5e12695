import type { PlainAttributes, PlainValue } from '../otlp/plain.ts'
import type { TextQuery } from './text-query.ts'

/** A place in the order of time; of records of the same nanosecond the one that came first is earlier. */
export interface LogPosition {
  /** Nanoseconds since the epoch. */
  time: bigint
  /** Number of the record in the order in which they came. */
  seq: bigint
}

/** An attribute with this value as text. */
export interface AttributeText {
  key: string
  value: string
  /** Whether it must be a text: not a number or boolean that looks the same. */
  isText?: boolean
}

/** What is asked of a log record; all of it must be so. Times are milliseconds since the epoch. */
export interface LogFilter {
  text?: TextQuery | undefined
  service?: string | undefined
  /** Of severity numbers, each inclusive; one of them must hold the record's. */
  severities?: readonly (readonly [from: number, to: number])[] | undefined
  eventName?: string | undefined
  /** Of the record, or where the key starts with `resource.` of its resource. Values, and elements of lists, are compared as text. */
  attributes?: readonly AttributeText[] | undefined
  /** 32 lower-case hex digits. */
  traceId?: string | undefined
  /** 16 lower-case hex digits. */
  spanId?: string | undefined
  /** `service.instance.id` of the resource. */
  instance?: string | undefined
  /** `deployment.environment.name` of the resource, or the older `deployment.environment`. */
  env?: string | undefined
  /** Inclusive. */
  since?: number | undefined
  /** Exclusive. */
  until?: number | undefined
}

export interface LogQuery extends LogFilter {
  order: 'asc' | 'desc'
  limit: number
  /** Only records after this place in the order asked for. */
  after?: LogPosition | undefined
}

/** A log record as the API shows it. */
export interface LogRecord {
  /** Stays the same as long as the record is kept. */
  id: string
  /** RFC 3339; when it happened, else when it was observed. */
  time: string
  /** The same, exactly: decimal nanoseconds since the epoch. */
  time_unix_nano: string
  observed_time_unix_nano: string
  service: string
  instance: string | null
  env: string | null
  severity: SeverityWord | null
  /** 1 (trace) to 24 (fatal 4), 0 when unspecified. */
  severity_number: number
  /** As the source named it. */
  severity_text: string
  event_name: string | null
  body: PlainValue
  attributes: PlainAttributes
  dropped_attributes_count: number
  resource: { attributes: PlainAttributes }
  scope: { name: string; version: string; attributes: PlainAttributes }
  trace_id: string | null
  span_id: string | null
  /** W3C trace flags. */
  trace_flags: number
  /** The hub event of the same emission. */
  hub_event_id: string | null
}

export interface LogPage {
  records: LogRecord[]
  /** Where the next page goes on; null where nothing follows. */
  next: LogPosition | null
  /** Up to where everything was searched, when the work of one request ended before the page was full. */
  searchedUntil: number | null
}

export interface LogContextQuery {
  /** How many records before it, and after it. */
  before: number
  after: number
  /** The only service whose records may be told. */
  service?: string | undefined
}

/** A record among its neighbours of the same instance, all in the order of time. */
export interface LogContext {
  before: LogRecord[]
  record: LogRecord
  after: LogRecord[]
}

export interface FacetValue {
  value: string
  count: number
}

/** How often each value occurs, the most frequent first. */
export interface LogFacets {
  total: number
  services: FacetValue[]
  severities: FacetValue[]
  eventNames: FacetValue[]
  /** Of the attribute that was asked for. */
  attribute?: { key: string; values: FacetValue[]; withoutIt: number }
  /** Whether there was more than one request may count: then the counts are of the newest records only. */
  cut: boolean
}

export interface LogFacetQuery extends LogFilter {
  /** Key of the attribute whose values are counted. */
  attribute?: string | undefined
  /** Values that each facet has at most. */
  top: number
}

export interface LogHistogramQuery extends LogFilter {
  since: number
  until: number
  /** Milliseconds. */
  step: number
}

/** Counts by the start of each step, in milliseconds since the epoch; steps are multiples of their length. */
export interface LogHistogram {
  buckets: { start: number; total: number; severities: Partial<Record<SeverityWord, number>> }[]
  cut: boolean
}

/** What a store answers of log records. */
export interface LogStore {
  logs(query: LogQuery): Promise<LogPage>
  /** The record with this number; only where it is of `service`, if that is given. */
  log(seq: bigint, service?: string): Promise<LogRecord | undefined>
  logContext(seq: bigint, around: LogContextQuery): Promise<LogContext | undefined>
  logFacets(query: LogFacetQuery): Promise<LogFacets>
  logHistogram(query: LogHistogramQuery): Promise<LogHistogram>
}

/** The words of OpenTelemetry for severity numbers: four numbers each, from 1. */
export const SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type SeverityWord = (typeof SEVERITIES)[number]

/** Null for 0, which says nothing, and for what is no severity number. */
export function severityWord(number: number): SeverityWord | null {
  return SEVERITIES[Math.ceil(number / 4) - 1] ?? null
}

/** The severity numbers of a word. */
export function severityRange(word: SeverityWord): [from: number, to: number] {
  const from = SEVERITIES.indexOf(word) * 4 + 1
  return [from, from + 3]
}

/** The text of a place, as pages hand it out. */
export function formatLogPosition({ time, seq }: LogPosition): string {
  return `${time.toString(36)}-${seq.toString(36)}`
}

/** @returns undefined for what `formatLogPosition` never made. */
export function parseLogPosition(text: string): LogPosition | undefined {
  const match = /^([0-9a-z]{1,13})-([0-9a-z]{1,13})$/.exec(text)
  if (!match) return undefined
  const [time, seq] = [fromBase36(match[1]!), fromBase36(match[2]!)]
  return time > MAX_INTEGER || seq > MAX_INTEGER ? undefined : { time, seq }
}

/** The id of a record by its number. */
export function formatLogId(seq: bigint): string {
  return seq.toString(36)
}

/** @returns undefined for what `formatLogId` never made. */
export function parseLogId(id: string): bigint | undefined {
  if (!/^[0-9a-z]{1,13}$/.test(id)) return undefined
  const seq = fromBase36(id)
  return seq > MAX_INTEGER ? undefined : seq
}

const MAX_INTEGER = 2n ** 63n - 1n

function fromBase36(text: string): bigint {
  let value = 0n
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  return value
}
