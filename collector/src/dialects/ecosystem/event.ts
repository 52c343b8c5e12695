import { eventUuid, SEVERITIES } from '@hubline/core/wire'
import { z } from 'zod'
import { severityOf } from '../../store/events.ts'
import type { StoredEvent } from '../../store/rows.ts'

/** An event as the event hooks' collector shows it; what only we know of it is beside their fields. */
export const ecosystemEvent: z.ZodObject = z.looseObject({
  event_id: z.string().describe('A ULID is written as the UUID of its bits.'),
  timestamp: z.string().describe('When it happened; RFC 3339, UTC.'),
  source_system: z.string(),
  event_type: z.string().describe('The type that the event is stored with, whoever sent it.'),
  severity: z.enum(SEVERITIES),
  correlation_id: z.string().nullable(),
  data: z.record(z.string(), z.unknown()).describe('The payload, as it is stored.'),
  tags: z.array(z.string()),
  received_at: z.string(),
})

/**
 * A stored event in the words of the event hooks.
 *
 * @param json a `StoredEvent` as JSON text.
 */
export function toEcosystemEvent(json: string): Record<string, unknown> {
  const event = JSON.parse(json) as StoredEvent
  const {
    id,
    occurred_at,
    source,
    type,
    severity: _,
    correlation_id = null,
    payload,
    tags = [],
    ...rest
  } = event
  const { cursor: _cursor, ...beside } = rest
  return {
    event_id: eventUuid(id),
    timestamp: occurred_at,
    source_system: source,
    event_type: type,
    severity: severityOf(event),
    correlation_id,
    data: payload,
    tags,
    ...beside,
  }
}
