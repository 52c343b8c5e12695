import fc, { type Arbitrary } from 'fast-check'
import { hex, nearly, odd } from './odd.ts'

const time = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(1.75e12) })
      .map((date) => date.toISOString()),
  },
  { weight: 1, arbitrary: odd },
)

const name = fc.constantFrom(
  'AppRegistered',
  'AgentHeartbeat',
  'InteractionDetected',
  'ErrorReported',
  'LifecycleChanged',
  'MetricReported',
  'shop.order.placed',
)
const severity = fc.constantFrom('debug', 'info', 'warning', 'error', 'critical')
const payload = fc.dictionary(
  fc.constantFrom(
    'state',
    'status',
    'generated',
    'dropped',
    'interval_s',
    'message',
    'error_type',
    'trace',
    'action',
    'value',
    'host',
    'version',
    'fingerprint',
  ),
  odd,
)

export const hubEvent: Arbitrary<unknown> = nearly({
  id: fc.ulid(),
  type: name,
  source: fc.constantFrom('shop', 'payments', 'catalog'),
  occurred_at: time,
  payload,
  version: fc.integer({ min: 1, max: 255 }),
  env: fc.constantFrom('test', 'production'),
  instance: fc.uuid(),
  seq: fc.nat(),
  severity,
  correlation_id: fc.uuid(),
  trace_id: hex(32),
  span_id: hex(16),
  tags: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
})

export const meshEvent: Arbitrary<unknown> = nearly({
  event_type: name,
  source_service: fc.constantFrom('shop', 'payments'),
  payload,
  priority: fc.oneof(fc.constantFrom('low', 'normal', 'high', 'critical'), fc.integer()),
  timestamp: time,
  correlation_id: fc.uuid(),
  metadata: payload,
})

export const ecosystemEvent: Arbitrary<unknown> = nearly({
  event_id: fc.uuid(),
  timestamp: time,
  source_system: fc.constantFrom('mahavishnu', 'akosha'),
  event_type: name,
  severity,
  correlation_id: fc.uuid(),
  data: payload,
  tags: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
})
