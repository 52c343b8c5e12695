import type { HubEvent, LifecycleState } from '@hubline/core/wire'
import { tellsOfError } from '../errors/tell-event.ts'
import { MAX_INTERVAL_S } from '../monitors/expectation.ts'

/** An event that is older than this on arrival was kept back somewhere: it tells of then, not of now. */
const REPLAYED_AFTER_MS = 5 * 60_000

const STATES = new Set<LifecycleState>(['started', 'ready', 'stopping', 'stopped', 'crashed', 'error'])

/** What one event says about the instance that sent it. */
export interface SignOfLife {
  /** When the instance showed itself, by the collector's clock where possible; milliseconds since the epoch. */
  at: number
  /** By the sender's clock. */
  occurredMs: number
  receivedMs: number
  eventId: string
  error: boolean
  heartbeat: boolean
  registered: boolean
  env?: string
  version?: string
  host?: string
  intervalS?: number
  status?: string
  lifecycle?: LifecycleState
}

/**
 * Reads an event for what it says about its sender.
 *
 * @param receivedMs when the collector received it.
 */
export function signOfLife(event: HubEvent, receivedMs: number): SignOfLife {
  const occurredMs = Date.parse(event.occurred_at)
  const { type, payload } = event
  const registered = type === 'AppRegistered'
  const heartbeat = type === 'AgentHeartbeat'
  const sign: SignOfLife = {
    at: receivedMs - occurredMs > REPLAYED_AFTER_MS ? occurredMs : receivedMs,
    occurredMs,
    receivedMs,
    eventId: event.id,
    error: tellsOfError(event),
    heartbeat,
    registered,
  }
  const env = event.env ?? (registered ? text(payload['env']) : undefined)
  if (env !== undefined) sign.env = env
  if (registered) {
    assign(sign, 'version', text(payload['version']))
    assign(sign, 'host', text(payload['host']))
    assign(sign, 'intervalS', seconds(payload['heartbeat_interval_s']))
  } else if (heartbeat) {
    assign(sign, 'status', text(payload['status']))
    assign(sign, 'intervalS', seconds(payload['interval_s']))
  } else {
    const said = payload['event']
    const onTheBus = typeof said === 'string' && type === `${event.source}.${said}`
    const state = type === 'LifecycleChanged' ? payload['state'] : onTheBus && said
    if (STATES.has(state as LifecycleState)) sign.lifecycle = state as LifecycleState
    // The event bus has no other event that says it.
    if (onTheBus && sign.lifecycle) assign(sign, 'version', text(payload['version']))
  }
  return sign
}

function assign<K extends keyof SignOfLife>(
  sign: SignOfLife,
  key: K,
  value: SignOfLife[K] | undefined,
): void {
  if (value !== undefined) sign[key] = value
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined
}

/** Promises beyond a month are taken for a mistake: nothing would ever be noticed. */
function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && value <= MAX_INTERVAL_S ? value : undefined
}
