import { EVENT_LIMITS, SEVERITIES } from '@hubline/core/wire'
import { z } from 'zod'
import { ownSource } from '../../api/own-source.ts'
import { hex, list, oneOf, text } from '../../api/parameters.ts'
import type { StoredEvent } from '../../store/rows.ts'
import { most, since } from '../arguments.ts'
import { counted } from '../plain-text.ts'
import { tool, type Tool } from '../tool.ts'
import { eventLine } from './lines.ts'

export const searchEvents: Tool = tool({
  name: 'search_events',
  title: 'Search hub events',
  description:
    'Hub events, newest first: what services said of themselves and their business (AppRegistered, LifecycleChanged, AgentHeartbeat, InteractionDetected, MetricReported, ErrorReported, and types of their own).',
  input: z.object({
    source: text(EVENT_LIMITS.source, 'Only of this service.'),
    type: list(20, 'Only of this type; ending in * of all that begin so; several with commas between.'),
    min_severity: oneOf(SEVERITIES, 'Only this grave, or graver.'),
    text: text(200, 'With this text somewhere in their JSON.'),
    correlation_id: text(EVENT_LIMITS.correlationId, 'Only with this correlation id.'),
    trace_id: hex(32, 'Only of this trace.'),
    since: since(),
    limit: most(100, 30),
  }),
  async tell({ store, access, now }, given) {
    const { events, hasMore } = await store.events({
      source: ownSource(access, given.source),
      types: given.type,
      minSeverity: given.min_severity,
      text: given.text,
      correlationId: given.correlation_id,
      traceId: given.trace_id,
      since: given.since?.(now),
      order: 'desc',
      limit: given.limit,
    })
    return {
      says: `${counted(events.length, 'event')}, newest first.${hasMore ? ' There may be more; narrow it down, or raise the limit.' : ''}`,
      data: events.map(({ json }) => eventLine(JSON.parse(json) as StoredEvent)),
    }
  },
})
