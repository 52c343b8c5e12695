import type { FastifyInstance, FastifyReply } from 'fastify'
import { receiveEvents } from '../receivers/hub-events.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route, type Handler } from '../server/routes.ts'
import type { EventQuery } from '../store/store.ts'
import { Parameters } from './parameters.ts'
import { ownSource } from './own-source.ts'

/** Hub events: taken in, listed by commit cursor, found by id. */
export function eventRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/hub/events', {
    GET: ['read', listEvents(context)],
    POST: ['ingest', receiveEvents(context)],
  })
  route(app, '/api/v1/hub/events/:id', { GET: ['read', getEvent(context)] })
}

function listEvents({ store }: Context): Handler {
  return async function list(request, reply) {
    const given = new Parameters(request.query)
    const query: EventQuery = {
      limit: given.integer('limit', { min: 1, max: 200, fallback: 50 }),
      order: given.oneOf('order', ['asc', 'desc'], 'asc'),
    }
    const since = given.time('since')
    const filters = {
      cursor: given.ulid('cursor'),
      source: ownSource(request.access, given.text('source')),
      type: given.text('type'),
      correlationId: given.text('correlation_id'),
      traceId: given.hex('trace_id', 32),
    }
    if (since !== undefined) query.since = since
    for (const [name, value] of Object.entries(filters)) {
      if (value !== undefined) Object.assign(query, { [name]: value })
    }
    const { events, hasMore } = await store().events(query)
    // Events are JSON already; reading and writing them again would be the most of the work.
    const data = events.map((event) => event.json).join(',')
    const next = events.at(-1)?.cursor ?? filters.cursor ?? null
    return json(reply, `{"data":[${data}],"next_cursor":${JSON.stringify(next)},"has_more":${hasMore}}`)
  }
}

function getEvent({ store }: Context): Handler {
  return async function get(request, reply) {
    const { id } = request.params as { id: string }
    const source = ownSource(request.access, new Parameters(request.query).text('source'))
    const event = await store().event(id, source)
    if (!event) {
      throw new HttpError('not_found', `there is no event with the id "${id.slice(0, 64)}"`)
    }
    return json(reply, event.json)
  }
}

function json(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text)
}
