import { EVENT_LIMITS, PRIORITIES, SEVERITIES, type Priority, type Severity } from '@hubline/core/wire'
import type { z } from 'zod'
import type { Access } from '../server/access.ts'
import type { EventFilter } from '../store/events.ts'
import { ownSource } from './own-source.ts'
import { hex, list, oneOf, repeated, required, someOf, text, saidTime, type Optional } from './parameters.ts'

/** What lists, statistics and streams of events can be narrowed by. */
export const eventFilterParameters: Readonly<{
  source: Optional<string>
  type: Optional<string[]>
  severity: Optional<Severity[]>
  min_severity: Optional<Severity>
  priority: Optional<Priority>
  env: Optional<string>
  instance: Optional<string>
  correlation_id: Optional<string>
  trace_id: Optional<string>
  tags: Optional<string[]>
  tag: z.ZodOptional<z.ZodType<string[], string[]>>
  text: Optional<string>
  occurred_since: Optional<number>
  occurred_until: Optional<number>
}> = {
  source: text(EVENT_LIMITS.source, 'Only events of this source.'),
  type: list(20, 'Only events of this type; ending in * of all that begin so; several with commas between.'),
  severity: someOf(
    SEVERITIES,
    'Only events of this severity; an event that names none is `info`, an error what its payload says.',
  ),
  min_severity: oneOf(SEVERITIES, 'Only events of this severity or a graver one.'),
  priority: oneOf(PRIORITIES, 'Only events of this priority.'),
  env: text(EVENT_LIMITS.env, 'Only events of this environment.'),
  instance: text(EVENT_LIMITS.instance, 'Only events of this instance.'),
  correlation_id: text(EVENT_LIMITS.correlationId, 'Only events with this correlation id.'),
  trace_id: hex(32, 'Only events of this trace.'),
  tags: list(EVENT_LIMITS.tags, 'Only events with all of these tags, commas between them.'),
  tag: repeated(
    required(text(EVENT_LIMITS.tag)),
    EVENT_LIMITS.tags,
    'Only events with this tag, commas and all; given several times, with all of them.',
  ),
  text: text(200, 'Only events with this text somewhere in their JSON, in upper or lower case.'),
  occurred_since: saidTime('Only events that happened at or after this time, as they say; RFC 3339.'),
  occurred_until: saidTime('Only events that happened before this time, as they say; RFC 3339.'),
}

type Given = z.output<z.ZodObject<typeof eventFilterParameters>>

/**
 * The filter that was asked for, of what the token may read.
 *
 * @throws {HttpError} 403 where the token is bound to another source.
 */
export function eventFilter(given: Given, access: Access): EventFilter {
  return {
    source: ownSource(access, given.source),
    types: given.type,
    severities: given.severity,
    minSeverity: given.min_severity,
    priority: given.priority,
    env: given.env,
    instance: given.instance,
    correlationId: given.correlation_id,
    traceId: given.trace_id,
    tags: given.tags || given.tag ? [...(given.tags ?? []), ...(given.tag ?? [])] : undefined,
    text: given.text,
    occurredFrom: given.occurred_since,
    occurredUntil: given.occurred_until,
  }
}
