import type { HubEvent, Priority, Severity } from '@hubline/core/wire'
import { SEVERITIES } from '@hubline/core/wire'

/** What events must be like; all that is given must hold. */
export interface EventFilter {
  source?: string | undefined
  /** Any of them: exact, or the beginning of a type and a `*`, such as `shop.order.*`. */
  types?: readonly string[] | undefined
  /** Any of them; see `severityOf`. */
  severities?: readonly Severity[] | undefined
  /** This one or a graver one. */
  minSeverity?: Severity | undefined
  priority?: Priority | undefined
  env?: string | undefined
  instance?: string | undefined
  correlationId?: string | undefined
  /** 32 lower-case hex digits. */
  traceId?: string | undefined
  /** All of them. */
  tags?: readonly string[] | undefined
  /** Somewhere in the event's JSON, in upper or lower case; as JSON writes it, `"` as `\"`. */
  text?: string | undefined
  /** Milliseconds since the epoch: only events that say they happened at or after it. */
  occurredFrom?: number | undefined
  /** Milliseconds since the epoch: only events that say they happened before it. */
  occurredUntil?: number | undefined
}

/** Events by commit, in either direction. */
export interface EventRange extends EventFilter {
  /** Only events after this cursor in the order asked for. */
  cursor?: string | undefined
  /** Milliseconds since the epoch: only events received at or after it. */
  since?: number | undefined
  /** Milliseconds since the epoch: only events received before it. */
  until?: number | undefined
  /** Milliseconds of searching after which an answer ends where it is; 1000 where absent. */
  scanMs?: number | undefined
}

export interface EventQuery extends EventRange {
  limit: number
  order: 'asc' | 'desc'
  /** Bytes of JSON after which a page ends, one event at least; 8 MiB where absent. */
  maxBytes?: number | undefined
}

/** One event as it is served, with what the live stream filters by. */
export interface ServedEvent {
  cursor: string
  source: string
  type: string
  /** A `StoredEvent` as JSON text, made once and passed on as it is. */
  json: string
}

/** The event as it came: its JSON without what the store has added at the end, when it was received and its cursor. */
export function bareEvent({ json }: ServedEvent): string {
  return `${json.slice(0, json.lastIndexOf(',"received_at":"'))}}`
}

/** A page may have fewer events than asked for, even none, and more after it: the search for a rare one has its time. */
export interface EventPage {
  events: ServedEvent[]
  hasMore: boolean
  /** Cursor to which the search has come; null where nothing can follow: before the oldest, or in a store without events. */
  next: string | null
}

/** What an event counts as: what it says, an error what its payload says, else `info` (an error `error`). */
export function severityOf({
  severity,
  type,
  payload,
}: Pick<HubEvent, 'severity' | 'type' | 'payload'>): Severity {
  if (severity !== undefined) return severity
  if (type !== 'ErrorReported') return 'info'
  return SEVERITIES.find((known) => known === payload['severity']) ?? 'error'
}

/** A severity and all that are graver. */
export function fromSeverity(least: Severity): Severity[] {
  return SEVERITIES.slice(SEVERITIES.indexOf(least))
}

/** How a text stands in JSON, in lower case. */
export function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1).toLowerCase()
}
