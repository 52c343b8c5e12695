import { EVENT_LIMITS, SEVERITIES } from '@hubline/core/wire'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ownSource } from '../../api/own-source.ts'
import { integer, limit, list, oneOf, repeated, required, saidTime, text } from '../../api/parameters.ts'
import type { Access } from '../../server/access.ts'
import type { Context } from '../../server/context.ts'
import { HttpError } from '../../server/errors.ts'
import { operation, type Operation } from '../../server/operation.ts'
import { route } from '../../server/routes.ts'
import type { EventSearchPage, SortKey } from '../../store/event-search.ts'
import type { EventFilter } from '../../store/events.ts'
import { ecosystemEvent, toEcosystemEvent } from './event.ts'
import { idsOf } from './event-id.ts'
import { readSearchCursor, searchCursor, type Sorted } from './search-cursor.ts'

const MAX_EVENTS = 1000
const MAX_OFFSET = 100_000

const SORT_BY = {
  timestamp: 'occurred',
  received_at: 'received',
  severity: 'severity',
  source_system: 'source',
  event_type: 'type',
} as const satisfies Record<string, SortKey>

const range = {
  start_time: saidTime('Only events that happened at or after this time; RFC 3339.'),
  end_time: saidTime('Only events that happened before this time or at it; RFC 3339.'),
}
const filters = {
  source_system: text(EVENT_LIMITS.source, 'Only events of this system.'),
  event_type: text(EVENT_LIMITS.type, 'Only events of this type.'),
  severity: oneOf(SEVERITIES, 'Only events of this severity.'),
  ...range,
  correlation_id: text(EVENT_LIMITS.correlationId, 'Only events with this correlation id.'),
  tags: repeated(
    required(list(EVENT_LIMITS.tags)),
    EVENT_LIMITS.tags,
    'Only events with all of these tags, commas between them, or given several times.',
  ),
}
const CURSOR = text(
  8000,
  'Go on after an earlier page: its `next_cursor`, with the same filters and order. What has come in since is not shown.',
)
const listing = z.object({
  ...filters,
  limit: limit(MAX_EVENTS, 100),
  offset: integer(0, MAX_OFFSET, 0, 'How many events are passed over first.'),
  cursor: CURSOR,
  sort_by: oneOf(Object.keys(SORT_BY) as [keyof typeof SORT_BY], 'Default `timestamp`.'),
  sort_order: oneOf(['asc', 'desc'], 'Default `desc`: newest first.'),
})
const page = {
  events: z.array(ecosystemEvent),
  count: z.int(),
  has_more: z.boolean().describe('Whether more was found.'),
  complete: z.boolean().describe('False where the search took too long and ended.'),
  next_cursor: z
    .string()
    .nullable()
    .describe('Goes on with what else was found, or where the search ended; null at the end.'),
}
const counts = z.record(z.string(), z.int())
const common = { need: 'read', tag: 'Event hooks', errors: ['source_mismatch'] } as const

/** `GET /events`: what came in by any door, in the hooks' words. */
export function listEcosystemEvents({ store }: Context): Operation {
  return operation({
    ...common,
    summary: 'Events, newest first',
    description:
      'All filters that are given must hold. A page of very large events may have fewer than asked for.',
    query: listing,
    answer: z.object({ ...page, query: z.looseObject({}) }),
    handler: async ({ query, access }) => {
      const { limit: most, offset, sort_by = 'timestamp', sort_order = 'desc', cursor } = query
      const sorted = { sortBy: SORT_BY[sort_by], order: sort_order }
      const page = await store().searchEvents({
        ...filterOf(query, access),
        ...sorted,
        limit: most,
        offset,
        from: cursor === undefined ? undefined : readSearchCursor(cursor, sorted),
      })
      return { ...show(page, sorted), query: asked({ ...query, sort_by, sort_order }) }
    },
  })
}

/** The other reading doors of the event hooks' collector. */
export function ecosystemReadRoutes(app: FastifyInstance, { store }: Context): void {
  route(app, '/events/stats', {
    GET: operation({
      ...common,
      summary: 'How many events there are, by system, type and severity',
      description: 'Counts what is kept now. `time_range` is what was asked for, else that of the events.',
      query: z.object(range),
      answer: z.object({
        total_events: z.int(),
        by_source_system: counts,
        by_event_type: counts,
        by_severity: counts,
        time_range: z.object({ start_time: z.string().nullable(), end_time: z.string().nullable() }),
        complete: z.boolean().describe('False where counting took too long and ended; newest parts first.'),
      }),
      handler: async ({ query, access }) => {
        const counted = await store().countEvents(filterOf(query, access))
        return {
          total_events: counted.total,
          by_source_system: counted.bySource,
          by_event_type: counted.byType,
          by_severity: counted.bySeverity,
          time_range: {
            start_time: iso(query.start_time ?? counted.first),
            end_time: iso(query.end_time ?? counted.last),
          },
          complete: counted.complete,
        }
      },
    }),
  })

  route(app, '/events/correlation/:id', {
    GET: operation({
      ...common,
      summary: 'The events of one correlation, oldest first',
      params: z.object({ id: required(text(EVENT_LIMITS.correlationId)) }),
      query: z.object({ limit: limit(MAX_EVENTS, MAX_EVENTS), cursor: CURSOR }),
      answer: z.object({ correlation_id: z.string(), ...page }),
      handler: async ({ params: { id }, query, access }) => {
        const sorted = { sortBy: 'occurred', order: 'asc' } as const
        const page = await store().searchEvents({
          source: ownSource(access, undefined),
          correlationId: id,
          ...sorted,
          limit: query.limit,
          offset: 0,
          from: query.cursor === undefined ? undefined : readSearchCursor(query.cursor, sorted),
        })
        return { correlation_id: id, ...show(page, sorted) }
      },
    }),
  })

  route(app, '/events/:id', {
    GET: operation({
      ...common,
      summary: 'One event by its id',
      description: 'By the `event_id` of these answers, or by the id that other addresses give it.',
      params: z.object({ id: required(text(EVENT_LIMITS.id)) }),
      answer: ecosystemEvent,
      handler: async ({ params: { id }, access }) => {
        const source = ownSource(access, undefined)
        for (const each of idsOf(id)) {
          const event = await store().event(each, source)
          if (event) return toEcosystemEvent(event.json)
        }
        throw new HttpError('not_found', `there is no event with the id "${id}"`)
      },
    }),
  })
}

type Filters = Partial<z.output<z.ZodObject<typeof filters>>>

function filterOf(given: Filters, access: Access): EventFilter {
  const { source_system, event_type, severity, start_time, end_time, correlation_id, tags } = given
  return {
    source: ownSource(access, source_system),
    types: event_type === undefined ? undefined : [event_type],
    severities: severity && [severity],
    correlationId: correlation_id,
    tags: tags?.flat(),
    occurredFrom: start_time,
    // Theirs is inclusive, ours is not.
    occurredUntil: end_time === undefined ? undefined : end_time + 1,
  }
}

function show({ events, hasMore, complete, next }: EventSearchPage, sorted: Sorted) {
  const shown = events.map(({ json }) => toEcosystemEvent(json))
  const next_cursor = next && searchCursor(next, sorted)
  return { events: shown, count: shown.length, has_more: hasMore, complete, next_cursor }
}

/** The query as it was understood; null for what was not asked for. */
function asked(query: z.output<typeof listing>): Record<string, unknown> {
  const { start_time = null, end_time = null, tags } = query
  const given = Object.keys(listing.shape).map((name) => [name, query[name as keyof typeof query] ?? null])
  const times = { start_time: iso(start_time), end_time: iso(end_time) }
  return { ...Object.fromEntries(given), tags: tags?.flat() ?? null, ...times }
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
