import type { HubEvent } from '../../wire/event.ts'
import { namesOf, URGENT_STATES } from './mapping.ts'
import { ulidToUuid } from './uuid.ts'

/** One event in the words of the original hub. */
export function toHub(event: HubEvent): object {
  const { type, source, occurred_at, payload, version, correlation_id } = event
  const { hub } = namesOf(event)
  if (hub === type && (hub !== 'InteractionDetected' || !correlation_id))
    return { type, source, occurred_at, payload, version }
  const action =
    type === 'LifecycleChanged'
      ? `lifecycle.${String(payload['state'])}`
      : hub === type
        ? payload['action']
        : type
  const said = { ...(correlation_id && { correlation_id }), ...payload, action }
  return { type: hub, source, occurred_at, payload: said, version }
}

/** One event in the words of the event bus. */
export function toMesh(event: HubEvent): object {
  const { source, type, payload, priority, occurred_at, correlation_id, ...rest } = event
  const { mesh, meshPriority } = namesOf(event)
  const urgent = type === 'LifecycleChanged' && URGENT_STATES.has(payload['state'])
  return {
    event_type: mesh === type ? type : `${source}.${mesh}`,
    source_service: source,
    payload: meshPayload(event),
    priority:
      meshPriority ?? (urgent ? 'high' : type === 'LifecycleChanged' ? 'normal' : (priority ?? 'normal')),
    timestamp: occurred_at,
    ...(correlation_id && { correlation_id }),
    metadata: { ...rest, type },
  }
}

function meshPayload({ type, payload, occurred_at: timestamp }: HubEvent): object {
  if (type === 'LifecycleChanged') return { event: payload['state'], timestamp, ...payload }
  if (type === 'MetricReported') {
    const { metric: metric_name, value, unit, ...tags } = payload
    return { metric_name, value, unit, timestamp, tags }
  }
  if (type === 'ErrorReported') {
    const { error_type = 'Error', message, trace: stack_trace, ...context } = payload
    return { error_type, message, timestamp, ...(stack_trace ? { stack_trace } : {}), context }
  }
  return payload
}

/** One event in the words of the event hooks. */
export function toEcosystem(event: HubEvent): object {
  const { id, source, occurred_at, payload, correlation_id, severity = 'info', tags = [], ...rest } = event
  return {
    event_id: ulidToUuid(id),
    timestamp: occurred_at,
    source_system: source,
    event_type: namesOf(event).ecosystem,
    severity,
    ...(correlation_id && { correlation_id }),
    data: { ...payload, _hub: { ...rest, id } },
    tags,
  }
}
