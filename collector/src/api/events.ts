import { canonicalId } from '@hubline/core/wire'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { receiveEvents } from '../receivers/hub-events.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { eventFilter, eventFilterParameters } from './event-filter.ts'
import {
  batchReceiptSchema,
  eventPageSchema,
  eventsBodySchema,
  receiptSchema,
  storedEventSchema,
} from './event-schemas.ts'
import { ownSource } from './own-source.ts'
import { commitCursor, pageCursor } from './page-cursor.ts'
import { cursor, limit, oneOf, text, time } from './parameters.ts'

/** Hub events: taken in, listed by commit cursor, found by id. */
export function eventRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/hub/events', {
    GET: listEvents(context),
    POST: takeEvents(context),
  })
  route(app, '/api/v1/hub/events/:id', { GET: getEvent(context) })
}

function takeEvents(context: Context): Operation {
  const receive = receiveEvents(context)
  return operation({
    need: 'ingest',
    tag: 'Hub events',
    summary: 'Take one event, a JSON array of them, or a line of JSON for each',
    description:
      'Answered when everything is stored. A batch that is good in parts is a 200 that names the others.',
    body: { 'application/json': eventsBodySchema, 'application/x-ndjson': z.string() },
    answers: {
      200: { description: 'Of a batch', schema: batchReceiptSchema },
      201: { description: 'Of one event', schema: receiptSchema },
    },
    errors: ['invalid_json', 'batch_too_large', 'validation_failed', 'source_mismatch'],
    lenient: true,
    handler: ({ request, reply }) => receive(request, reply),
  })
}

function listEvents({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Hub events',
    summary: 'Events in the order they were stored',
    query: z.object({
      ...eventFilterParameters,
      since: time('Only events received at or after this time; RFC 3339.'),
      until: time('Only events received before this time; RFC 3339.'),
      order: oneOf(['asc', 'desc'], 'Oldest first (asc, the default) or newest first.'),
      cursor: cursor(),
      limit: limit(200, 50),
    }),
    answer: eventPageSchema,
    errors: ['source_mismatch'],
    handler: async ({ query, access, reply }) => {
      const { cursor: given, order = 'asc', limit: most, since, until } = query
      const { events, hasMore, next } = await store().events({
        ...eventFilter(query, access),
        since,
        until,
        order,
        limit: most,
        cursor: given && commitCursor(given, order),
      })
      // Events are JSON already; reading and writing them again would be the most of the work.
      const data = events.map((event) => event.json).join(',')
      const cursorText = next === null ? 'null' : `"${pageCursor(next, order)}"`
      return json(reply, `{"data":[${data}],"next_cursor":${cursorText},"has_more":${hasMore}}`)
    },
  })
}

function getEvent({ store }: Context): Operation {
  return operation({
    need: 'read',
    tag: 'Hub events',
    summary: 'One event by its id',
    query: z.object({ source: text(100, 'Of this source, where several use the id.') }),
    params: z.object({ id: z.string() }),
    answer: storedEventSchema,
    errors: ['source_mismatch'],
    handler: async ({ query, params, access, reply }) => {
      const source = ownSource(access, query.source)
      // Ids of an older collector are kept as they came.
      for (const id of new Set([canonicalId(params.id), params.id])) {
        const event = await store().event(id, source)
        if (event) return json(reply, event.json)
      }
      throw new HttpError('not_found', `there is no event with the id "${params.id.slice(0, 64)}"`)
    },
  })
}

function json(reply: FastifyReply, answer: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(answer)
}
