import { isDeepStrictEqual } from 'node:util'
import type { HubEvent } from '../event.ts'
import { isUlid } from '../ids.ts'
import { EXACT, meshName, namesOf, type OriginalDialect, REST, URGENT_STATES } from './mapping.ts'
import { payloadFrom, payloadTo } from './payload.ts'
import { ulidToUuid } from './uuid.ts'

/** One event in the words of the original hub. */
export function toHub(event: HubEvent): object {
  const { source, occurred_at, version } = event
  const said = payloadTo('hub', event)
  const payload = { ...said, [REST]: restOf('hub', event, said) }
  return { type: namesOf(event).hub, source, occurred_at, payload, version }
}

/** One event in the words of the event bus. */
export function toMesh(event: HubEvent): object {
  const { source, type, priority, occurred_at, correlation_id } = event
  const urgent = type === 'LifecycleChanged' && URGENT_STATES.has(event.payload['state'])
  const usual = type === 'LifecycleChanged' ? 'normal' : (priority ?? 'normal')
  const payload = payloadTo('mesh', event)
  return {
    event_type: meshName(event),
    source_service: source,
    payload,
    priority: namesOf(event).meshPriority ?? (urgent ? 'high' : usual),
    timestamp: occurred_at,
    ...(correlation_id !== undefined && { correlation_id }),
    metadata: { [REST]: restOf('mesh', event, payload) },
  }
}

/** One event in the words of the event hooks. */
export function toEcosystem(event: HubEvent): object {
  const { id, source, occurred_at, payload, correlation_id, severity = 'info', tags = [] } = event
  return {
    event_id: eventUuid(id),
    timestamp: occurred_at,
    source_system: source,
    event_type: namesOf(event).ecosystem,
    severity,
    ...(correlation_id !== undefined && { correlation_id }),
    data: { ...payload, [REST]: restOf('ecosystem', event, payload) },
    tags,
  }
}

/** The id by which the event hooks know an event: a ULID as the UUID of its bits, any other as it is. */
export function eventUuid(id: string): string {
  return isUlid(id) ? ulidToUuid(id) : id
}

/** What `dialect` cannot say exactly; the payload too, where it could not be had back from `said`. */
function restOf(dialect: OriginalDialect, event: HubEvent, said: Record<string, unknown>): object {
  const exact: readonly string[] = EXACT[dialect]
  const rest = Object.entries(event).filter(([field]) => field !== 'payload' && !exact.includes(field))
  const again = payloadFrom(dialect, event, said)
  const { payload } = event
  return { ...Object.fromEntries(rest), ...(!isDeepStrictEqual(again, payload) && { payload }) }
}
