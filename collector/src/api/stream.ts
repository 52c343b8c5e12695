import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FeedFilter, FeedStart } from '../live/feed.ts'
import { streamEvents } from '../live/stream.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route } from '../server/routes.ts'
import { ownSource } from './own-source.ts'
import { isCursor, Parameters } from './parameters.ts'

const MAX_STREAMS = 200

/**
 * `GET /api/v1/stream`: committed events as server-sent events, from `Last-Event-ID`, `cursor` or `since` on, else live.
 *
 * @param stop aborts when the collector closes.
 */
export function streamRoute(app: FastifyInstance, { feed, store, log }: Context, stop: AbortSignal): void {
  route(app, '/api/v1/stream', {
    GET: [
      'read',
      (request, reply) => {
        const start = startOf(request)
        const filter = filterOf(request)
        store()
        if (feed.readers >= MAX_STREAMS) {
          const headers = { 'retry-after': '3' }
          throw new HttpError('overloaded', `${MAX_STREAMS} streams are open already`, { headers })
        }
        reply.hijack()
        const response = reply.raw
        response.writeHead(200, {
          ...(reply.getHeaders() as Record<string, string>),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        })
        if (request.method === 'HEAD') {
          response.end()
          return
        }
        const ended = AbortSignal.any([stop, request.access.ended])
        streamEvents(feed, response, { start, filter, stop: ended }).catch((error: unknown) => {
          log.warn({ err: error }, 'a live stream ended early')
          response.destroy()
        })
      },
    ],
  })
}

function startOf(request: FastifyRequest): FeedStart {
  const last = request.headers['last-event-id']
  if (typeof last === 'string' && last !== '') {
    if (isCursor(last)) return { cursor: last }
    throw new HttpError('invalid_parameter', 'Last-Event-ID must be the id of an event of this stream')
  }
  const given = new Parameters(request.query)
  const cursor = given.ulid('cursor')
  if (cursor !== undefined) return { cursor }
  const since = given.text('since')
  if (since !== undefined && isCursor(since)) return { cursor: since }
  const time = given.time('since')
  return time === undefined ? 'now' : { since: time }
}

function filterOf(request: FastifyRequest): FeedFilter {
  const given = new Parameters(request.query)
  const source = ownSource(request.access, given.text('source'))
  const type = given.text('type')
  return { ...(source !== undefined && { source }), ...(type !== undefined && { type }) }
}
