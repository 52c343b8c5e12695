import { EVENT_LIMITS } from '@hubline/core/wire'
import { z } from 'zod'
import { ownSource } from '../../api/own-source.ts'
import { required, text } from '../../api/parameters.ts'
import type { StoredEvent } from '../../store/rows.ts'
import { most } from '../arguments.ts'
import { counted } from '../plain-text.ts'
import { tool, type Tool } from '../tool.ts'
import { eventLine } from './lines.ts'
import { SEARCH_MS, traceLine } from './search-traces.ts'

export const timeline: Tool = tool({
  name: 'timeline',
  title: 'Everything of one correlation, by time',
  description:
    'All traces and hub events that carry one correlation id, across services, oldest first: the story of one job, order or request.',
  input: z.object({
    correlation_id: required(text(EVENT_LIMITS.correlationId, 'As an event or a span says it.')),
    limit: most(200, 60),
  }),
  async tell({ store, access, links }, { correlation_id, limit }) {
    const source = ownSource(access, undefined)
    const [{ events, hasMore }, traces] = await Promise.all([
      store.events({ source, correlationId: correlation_id, order: 'asc', limit }),
      store.traces({
        attributes: [{ key: 'hub.correlation_id', values: [correlation_id] }],
        service: source,
        only: source,
        order: 'newest',
        limit,
        scanMs: SEARCH_MS,
      }),
    ])
    const told = [
      ...events.map(({ json }) => {
        const event = JSON.parse(json) as StoredEvent
        return { at: Date.parse(event.occurred_at), line: eventLine(event) }
      }),
      ...traces.traces.map((each) => ({ at: Date.parse(each.start), line: traceLine(each, links) })),
    ]
    const more = hasMore || traces.hasMore ? ' There may be more.' : ''
    const lines = told.toSorted((a, b) => a.at - b.at).map(({ line }) => line)
    return {
      says: `${counted(events.length, 'hub event')} and ${counted(traces.traces.length, 'trace')}, oldest first.${more}`,
      data: lines.length > 0 ? [...lines, links.correlation(correlation_id)] : [],
    }
  },
})
