import type { Fields } from '../../format/json.ts'
import type { StoredEvent } from '../../live/protocol.ts'

/** Times are decimal nanoseconds since the epoch. */
export interface Span {
  service: string
  spanId: string
  parentSpanId: string | null
  name: string
  kind: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  durationMs: number
  attributes: Fields
  events: { timeUnixNano: string; name: string; attributes: Fields }[]
  status: { code: string; message: string }
}

export interface Log {
  service: string
  timeUnixNano: string
  observedTimeUnixNano: string
  severityNumber: number
  severityText: string
  eventName: string
  body: unknown
  attributes: Fields
  spanId: string | null
}

export interface Trace {
  trace_id: string
  services: string[]
  start: string | null
  duration_ms: number | null
  /** How many there are; more than are here where `truncated`. */
  counts: { spans: number; errors: number; logs: number; events: number }
  spans: Span[]
  logs: Log[]
  events: StoredEvent[]
  truncated: boolean
}
