import type { Fields } from './json.ts'

export type ServiceState = 'up' | 'late' | 'silent' | 'stopped' | 'crashed' | 'unknown'

export interface Service {
  name: string
  state: ServiceState
  env: string | null
  version: string | null
  last_seen: string
  last_heartbeat: string | null
  instances_up: number
  counts: {
    events: number
    errors: number
    spans: number
    span_errors: number
    logs: number
    metrics: number
  }
  events_by_type: Record<string, number>
  instances: Instance[]
}

export interface Instance {
  instance: string | null
  state: ServiceState
  version: string | null
  host: string | null
  last_seen: string
  last_heartbeat: string | null
}

export interface StoredEvent {
  id: string
  type: string
  source: string
  occurred_at: string
  payload: Fields
  severity?: string
  trace_id?: string
  span_id?: string
  /** Grows with every stored event, in the order of text. */
  cursor: string
}

export interface TraceSummary {
  trace_id: string
  name: string
  services: string[]
  start: string
  duration_ms: number
  spans: number
  errors: number
}

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
  spans: Span[]
  logs: Log[]
  events: StoredEvent[]
  truncated: boolean
}

export interface Stats {
  stored: { events: number; spans: number; logs: number; metrics: number }
  disk_bytes: number
}

/** An answer of the collector that is an error; the message is the collector's own. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** There was no answer. */
export class UnreachableError extends Error {
  override readonly name: string = 'UnreachableError'
}

const TIMEOUT_MS = 15_000

/**
 * Reads from the collector.
 *
 * @param path below `/api/v1/`
 * @throws {ApiError} for an answer with an error status, {UnreachableError} without an answer.
 */
export async function read<Answer>(
  path: string,
  query: Record<string, string | undefined> = {},
): Promise<Answer> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const search = new URLSearchParams(given).toString()
  return (await ask(`/api/v1/${path}${search && `?${search}`}`)) as Answer
}

/** Trades a token that may read for a session of this browser. */
export async function signIn(token: string): Promise<void> {
  await ask('/api/v1/session', { method: 'POST', headers: { authorization: `Bearer ${token}` } })
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response
  let text: string
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    text = await response.text()
  } catch (error) {
    throw new UnreachableError((error as Error).message)
  }
  if (response.ok) return text === '' ? undefined : JSON.parse(text)
  throw new ApiError(response.status, messageOf(text) ?? `the collector answered ${response.status}`)
}

function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as Fields
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
