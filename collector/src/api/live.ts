import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { LIMITS } from '../config/limits.ts'
import { streamViews, type View } from '../live/views.ts'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError, retryAfter } from '../server/errors.ts'
import { operation, readParameters } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { eventFilter, eventFilterParameters } from './event-filter.ts'
import { commitCursor } from './page-cursor.ts'
import { cursor, integer, repeated, required, text } from './parameters.ts'
import { beginStream } from './stream.ts'

const MAX_VIEWS = 16

const viewParameters = z.object({ ...eventFilterParameters, cursor: cursor(), most: integer(10, 200, 40) })

/**
 * `GET /api/v1/live`: several filtered views of the events over one connection, each with as many a second as can be read.
 *
 * @param stop aborts when the collector closes.
 */
export function liveRoute(app: FastifyInstance, { feed, store, log }: Context, stop: AbortSignal): void {
  route(app, '/api/v1/live', {
    GET: operation({
      need: 'read',
      tag: 'Hub events',
      summary: 'Several views of the events over one connection, sampled, as server-sent events',
      description:
        'For people to read along: of more events than `most` a second the gravest are sent and the others counted in `more`. Each message is JSON: `view`, the number of the view from 0; `events`; `more`; `position`, the cursor to go on after. The first of each view tells that it has begun, or with `error` why it cannot be; where none can, that is the answer.',
      query: z.object({
        view: repeated(
          required(text(4000)),
          MAX_VIEWS,
          'A query of its own, such as `source=shop&min_severity=error`: the filters of a list of events, `cursor`, and `most` (events a second, 10 to 200, 40 where it is not given). All events where it is not given.',
        ),
      }),
      answers: { 200: { description: 'Messages of all views', mediaType: 'text/event-stream' } },
      errors: ['source_mismatch', 'overloaded'],
      handler: ({ query, access, request, reply }) => {
        const views = (query.view ?? ['']).map((view) => tryView(view, access))
        const [refused] = views.filter((view) => view instanceof HttpError)
        if (refused && views.every((view) => view instanceof HttpError)) throw refused
        store()
        if (feed.readers + views.length > LIMITS.streams.value) {
          const message = `${LIMITS.streams.value} streams are open already; try again shortly`
          throw new HttpError('overloaded', message, { headers: retryAfter() })
        }
        const response = beginStream(reply)
        if (request.method === 'HEAD') {
          response.end()
          return
        }
        const ended = AbortSignal.any([stop, access.ended])
        streamViews(feed, response, { views, stop: ended }).catch((error: unknown) => {
          log.warn({ err: error }, 'a live stream ended early')
          response.destroy()
        })
      },
    }),
  })
}

/** What is wrong with one view is told in its place: it keeps no other one from being told. */
function tryView(text: string, access: Access): View | HttpError {
  try {
    return readView(text, access)
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
}

function readView(text: string, access: Access): View {
  const search = new URLSearchParams(text)
  const given = Object.fromEntries(
    [...search.keys()].map((name) => {
      const values = search.getAll(name)
      return [name, values.length > 1 ? values : values[0]]
    }),
  )
  const { cursor, most, ...filter } = readParameters(viewParameters, given, false) as z.output<
    typeof viewParameters
  >
  return {
    filter: eventFilter(filter, access),
    start: cursor === undefined ? 'now' : { cursor: commitCursor(cursor, 'asc') },
    perSecond: most,
  }
}
