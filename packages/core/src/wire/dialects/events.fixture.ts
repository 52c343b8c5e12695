import type { HubEvent } from '../event.ts'
import { newEventId } from '../ids.ts'

/** Payloads of every type: plain ones, and ones whose keys are in the way of what a wire adds. */
const PAYLOADS: Record<string, Record<string, unknown>[]> = {
  AppRegistered: [{ version: '1.2.3', env: 'test', heartbeat_interval_s: 60, pid: 7 }],
  AgentHeartbeat: [{ status: 'healthy', generated: 9, sent: 8, dropped: { queue_full: 1 }, waiting: 0 }],
  InteractionDetected: [
    { action: 'GET /users/:id', outcome: 'ok', status: 200, duration_ms: 0.25 },
    { action: 'a', correlation_id: 'of the payload', timestamp: 1 },
  ],
  MetricReported: [
    { metric: 'orders', value: 42, unit: 'count', period: '24h' },
    { metric: 'm', value: -0.5, tags: { a: 1 }, timestamp: 'its own' },
    { metric: 'bare', value: 1e300 },
  ],
  ErrorReported: [
    { severity: 'error', message: 'no stock', error_type: 'TypeError', trace: 'at x', handled: false },
    { message: '', context: { a: 1 }, stack_trace: 'its own', timestamp: 0, error_type: '' },
    { message: 'nameless', trace: '' },
  ],
  SecuritySignal: [{ what: 'login', nested: { deep: [1, null, { x: true }] } }],
  DeploySignal: [{}],
  LifecycleChanged: [
    { state: 'started' },
    { state: 'stopped', reason: 'SIGTERM', event: 'its own', timestamp: 'its own', action: 'x' },
    { state: 'error', generated: 3 },
  ],
  'shop.stock.reserved': [{ sku: 'tea' }, { action: 'x', correlation_id: 'c', type: 'y', _mesh: 1 }],
  toString: [{ text: 'a "quoted" \u2028 \u{1F4A5} text', '': 0 }],
  'with <state> and $& in it': [{ state: '$1' }],
}

const ENVELOPES: Partial<HubEvent>[] = [
  {},
  {
    env: 'test',
    instance: 'i-1',
    seq: 7,
    severity: 'critical',
    priority: 'high',
    correlation_id: 'c-1',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    span_id: 'b7ad6b7169203331',
    tags: ['a', 'b"c'],
  },
  { tags: [], severity: 'info', priority: 'normal', version: 255 },
  { id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479', correlation_id: 'c' },
]

/** Every type with every payload, alone and with every field that an event can have. */
export function everyEvent(): HubEvent[] {
  const events: HubEvent[] = []
  for (const [type, payloads] of Object.entries(PAYLOADS)) {
    const occupied = { _hub: { id: 'x', type: 'y' }, ...payloads[0]! }
    for (const payload of [...payloads, occupied]) {
      for (const envelope of ENVELOPES) {
        const id = envelope.id ? `${envelope.id}-${events.length}` : newEventId()
        const occurred_at = '2026-01-31T12:00:00.123Z'
        events.push({ type, source: 'shop', occurred_at, payload, version: 1, ...envelope, id })
      }
    }
  }
  return events
}
