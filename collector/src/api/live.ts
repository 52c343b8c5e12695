import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { LIMITS } from '../config/limits.ts'
import { streamViews, type CountView, type View } from '../live/views.ts'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError, retryAfter } from '../server/errors.ts'
import { operation, readParameters } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { needsEverySource } from './own-source.ts'
import { eventFilter, eventFilterParameters } from './event-filter.ts'
import { commitCursor } from './page-cursor.ts'
import { cursor, integer, oneOf, repeated, required, text } from './parameters.ts'
import { beginStream } from './stream.ts'

const MAX_VIEWS = 16

const viewParameters = z.object({ ...eventFilterParameters, cursor: cursor(), most: integer(10, 200, 40) })
const countParameters = z.object({ signal: oneOf(['logs']), cursor: text(15) })

/**
 * `GET /api/v1/live`: several filtered views of the events over one connection, each with as many a second as can be read.
 *
 * @param stop aborts when the collector closes.
 */
export function liveRoute(app: FastifyInstance, { feed, store, log }: Context, stop: AbortSignal): void {
  // Views that count have no reader of the feed, and are streams all the same.
  let counting = 0
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
          'A query of its own, such as `source=shop&min_severity=error`: the filters of a list of events, `cursor`, and `most` (events a second, 10 to 200, 40 where it is not given). All events where it is not given. `signal=logs` tells no events: `more` is how many log records were stored, once a second at most.',
        ),
      }),
      answers: { 200: { description: 'Messages of all views', mediaType: 'text/event-stream' } },
      errors: ['source_mismatch', 'overloaded'],
      handler: ({ query, access, request, reply }) => {
        const views = (query.view ?? ['']).map((view) => tryView(view, access, () => store().totals().logs))
        const [refused] = views.filter((view) => view instanceof HttpError)
        if (refused && views.every((view) => view instanceof HttpError)) throw refused
        store()
        const counts = views.filter((view) => 'count' in view).length
        if (feed.readers + counting + views.length > LIMITS.streams.value) {
          const message = `${LIMITS.streams.value} streams are open already; try again shortly`
          throw new HttpError('overloaded', message, { headers: retryAfter() })
        }
        const response = beginStream(reply)
        if (request.method === 'HEAD') {
          response.end()
          return
        }
        const ended = AbortSignal.any([stop, access.ended])
        counting += counts
        streamViews(feed, response, { views, stop: ended })
          .catch((error: unknown) => {
            log.warn({ err: error }, 'a live stream ended early')
            response.destroy()
          })
          .finally(() => (counting -= counts))
      },
    }),
  })
}

/** What is wrong with one view is told in its place: it keeps no other one from being told. */
function tryView(text: string, access: Access, logs: () => number): View | CountView | HttpError {
  try {
    return readView(text, access, logs)
  } catch (error) {
    if (error instanceof HttpError) return error
    throw error
  }
}

function readView(text: string, access: Access, logs: () => number): View | CountView {
  const search = new URLSearchParams(text)
  const given = Object.fromEntries(
    [...search.keys()].map((name) => {
      const values = search.getAll(name)
      return [name, values.length > 1 ? values : values[0]]
    }),
  )
  if ('signal' in given) {
    const { cursor } = readParameters(countParameters, given, false) as z.output<typeof countParameters>
    needsEverySource(access)
    return { count: logs, since: cursor !== undefined && /^\d+$/.test(cursor) ? Number(cursor) : undefined }
  }
  const { cursor, most, ...filter } = readParameters(viewParameters, given, false) as z.output<
    typeof viewParameters
  >
  return {
    filter: eventFilter(filter, access),
    start: cursor === undefined ? 'now' : { cursor: commitCursor(cursor, 'asc') },
    perSecond: most,
  }
}
