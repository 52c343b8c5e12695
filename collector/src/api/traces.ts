import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { ownSource } from './own-source.ts'
import { cursor, hex, integer, limit, oneOf, required, text, time } from './parameters.ts'
import { timeRange } from './time-range.ts'
import { spanFilter, spanFilterParameters } from './trace-filter.ts'
import { attributes, operations, traceDetail, tracePage, traceStats } from './trace-schemas.ts'

// Well within the deadline of a query, so that a search answers with what it has instead of failing.
const SEARCH_MS = 1500
const PICKER_MS = 500
const HOUR_MS = 3_600_000
const TAG = 'Traces'

/** Traces: searched, counted, and one with its spans, logs and hub events together. */
export function traceRoutes(app: FastifyInstance, { store, clock }: Context): void {
  route(app, '/api/v1/traces', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'Traces with a span that is as asked for',
      description:
        'All filters must hold for one span. A search has its time: then it answers what it found, with `has_more` and a cursor that goes on.',
      query: z.object({
        ...spanFilterParameters,
        order: oneOf(
          ['newest', 'longest'],
          '`longest`: by the longest span that is as asked for, of the traces that one page searches.',
        ),
        limit: limit(200, 50),
        cursor: cursor(),
      }),
      answer: tracePage,
      handler: async ({ query, access }) => {
        const { traces, next, hasMore, searchedUntil } = await store().traces({
          ...spanFilter(query, access),
          only: access.source ?? undefined,
          order: query.order ?? 'newest',
          limit: query.limit,
          cursor: query.cursor,
          scanMs: SEARCH_MS,
        })
        return { data: traces, next_cursor: next, has_more: hasMore, searched_until: searchedUntil }
      },
    }),
  })

  route(app, '/api/v1/traces/stats', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'How many spans are as asked for, how many failed, and how long they took, over time',
      query: z.object({
        ...spanFilterParameters,
        buckets: integer(1, 500, 60, 'Into how many buckets the range is cut, about.'),
      }),
      answer: traceStats,
      handler: async ({ query, access }) => {
        const range = timeRange(query, clock(), HOUR_MS)
        const filter = { ...spanFilter(query, access), ...range }
        const found = await store().traceStats({ ...filter, buckets: query.buckets, scanMs: SEARCH_MS })
        const { searchedUntil, ...stats } = found
        return {
          since: new Date(range.since).toISOString(),
          until: new Date(range.until).toISOString(),
          ...stats,
          searched_until: searchedUntil,
        }
      },
    }),
  })

  route(app, '/api/v1/traces/attributes', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'Which attributes the newest spans and their resources have',
      query: z.object({ service: text(200), since: time(), limit: limit(1000, 200) }),
      answer: attributes,
      handler: async ({ query: { service, since, limit }, access }) => {
        const of = ownSource(access, service)
        return { data: await store().spanAttributes({ service: of, since, limit, scanMs: PICKER_MS }) }
      },
    }),
  })

  route(app, '/api/v1/services/:name/operations', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'What the newest spans of a service are called, most frequent first',
      params: z.object({ name: required(text(200)) }),
      query: z.object({ since: time(), limit: limit(1000, 200) }),
      answer: operations,
      handler: async ({ query, params: { name: service }, access }) => {
        const own = access.source === null || access.source === service
        const found = own ? await store().operations({ service, ...query, scanMs: PICKER_MS }) : undefined
        if (!found) throw new HttpError('not_found', `nothing has come from a service "${service}"`)
        return { data: found }
      },
    }),
  })

  route(app, '/api/v1/traces/:id', {
    GET: operation({
      need: 'read',
      tag: TAG,
      summary: 'A trace: its spans, logs, exceptions and hub events',
      description: 'A token that is bound to one source is shown what came from that source alone.',
      params: z.object({ id: required(hex(32)) }),
      answer: traceDetail,
      handler: async ({ params: { id }, access, reply }) => {
        const trace = await store().trace(id, access.source ?? undefined)
        if (trace === undefined) throw new HttpError('not_found', `nothing is known of the trace ${id}`)
        return reply.type('application/json; charset=utf-8').send(trace)
      },
    }),
  })
}
