import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { LIMITS } from '../config/limits.ts'
import type { FeedStart } from '../live/feed.ts'
import { streamEvents } from '../live/stream.ts'
import type { Context } from '../server/context.ts'
import { HttpError, retryAfter } from '../server/errors.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { eventFilter, eventFilterParameters } from './event-filter.ts'
import { commitCursor } from './page-cursor.ts'
import { cursor, isCursor, time } from './parameters.ts'

const MAX_STREAMS = LIMITS.streams.value

/**
 * `GET /api/v1/hub/stream`: committed events as server-sent events, from `Last-Event-ID`, `cursor` or `since` on, else
 * live. Also at `/api/v1/stream`.
 *
 * @param stop aborts when the collector closes.
 */
export function streamRoute(app: FastifyInstance, { feed, store, log }: Context, stop: AbortSignal): void {
  const stream = operation({
    need: 'read',
    tag: 'Hub events',
    summary: 'Events as they are stored, as server-sent events',
    description:
      'The id of each is its cursor: whoever connects again with it as Last-Event-ID misses nothing and gets nothing twice.',
    query: z.object({
      ...eventFilterParameters,
      cursor: cursor(
        'Begin after this one: the cursor of an event or the next_cursor of a page. Last-Event-ID goes before it.',
      ),
      since: time(
        'Begin with what was received at or after this time; RFC 3339. Without it and a cursor, with what comes.',
      ),
    }),
    answers: {
      200: { description: 'One event in the data of each message', mediaType: 'text/event-stream' },
    },
    errors: ['source_mismatch', 'overloaded'],
    handler: ({ query, access, request, reply }) => {
      const start = startOf(request, query.cursor, query.since)
      const filter = eventFilter(query, access)
      store()
      if (feed.readers >= MAX_STREAMS) {
        const message = `${MAX_STREAMS} streams are open already; try again shortly`
        throw new HttpError('overloaded', message, { headers: retryAfter() })
      }
      const response = beginStream(reply)
      if (request.method === 'HEAD') {
        response.end()
        return
      }
      const ended = AbortSignal.any([stop, access.ended])
      streamEvents(feed, response, { start, filter, stop: ended }).catch((error: unknown) => {
        log.warn({ err: error }, 'a live stream ended early')
        response.destroy()
      })
    },
  })
  route(app, '/api/v1/hub/stream', { GET: stream })
  route(app, '/api/v1/stream', { GET: stream })
}

/** Begins an answer of server-sent events. */
export function beginStream(reply: FastifyReply): FastifyReply['raw'] {
  reply.hijack()
  return reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
}

function startOf(request: FastifyRequest, given?: string, since?: number): FeedStart {
  const last = request.headers['last-event-id']
  if (typeof last === 'string' && last !== '') {
    if (isCursor(last)) return { cursor: commitCursor(last, 'asc') }
    const got = last.slice(0, 100)
    throw new HttpError(
      'invalid_parameter',
      `Last-Event-ID is "${got}"; it must be the id of an event of this stream`,
    )
  }
  if (given !== undefined) return { cursor: commitCursor(given, 'asc') }
  return since === undefined ? 'now' : { since }
}
