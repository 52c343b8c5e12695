export const SEVERITIES = ['debug', 'info', 'warning', 'error', 'critical'] as const
export const PRIORITIES = ['low', 'normal', 'high', 'critical'] as const

export type Severity = (typeof SEVERITIES)[number]
export type Priority = (typeof PRIORITIES)[number]

/** Length limits of a hub event's fields, in UTF-16 code units; `tags` counts entries. */
export const EVENT_LIMITS = {
  id: 64,
  type: 200,
  source: 100,
  env: 64,
  instance: 100,
  correlationId: 128,
  tag: 200,
  tags: 64,
} as const

/**
 * One thing that happened, as it travels on the wire and as it is read back.
 *
 * @example
 * const event: HubEvent = {
 *   id: '01K9Z3N8Q4M6T2V7X5B1C0D9EF',
 *   type: 'shop.order.placed',
 *   source: 'shop',
 *   occurred_at: '2026-01-31T12:00:00.000Z',
 *   payload: { order_id: 42 },
 *   version: 1,
 * }
 */
export interface HubEvent {
  /** Made once by the emitter and kept through retries and replays; ours are ULIDs. */
  id: string
  /** A native type or, best, `<service>.<domain>.<action>`. */
  type: string
  /** The emitting service. */
  source: string
  /** RFC 3339 in UTC. */
  occurred_at: string
  payload: Record<string, unknown>
  /** Version of the payload's shape, 1 to 255. */
  version: number
  env?: string | undefined
  /** One running process of the source. */
  instance?: string | undefined
  /** Position in the instance's own sequence, from 1; a gap is a loss. */
  seq?: number | undefined
  severity?: Severity | undefined
  priority?: Priority | undefined
  correlation_id?: string | undefined
  /** 32 lower-case hex digits. */
  trace_id?: string | undefined
  /** 16 lower-case hex digits. */
  span_id?: string | undefined
  tags?: string[] | undefined
}

/** What a client may send: the receiver adds `id`, `version` and, where absent, nothing else. */
export type HubEventInput = Omit<HubEvent, 'id' | 'version'> & {
  id?: string | undefined
  version?: number | undefined
}
