import { z } from 'zod'
import { streamTransitions } from '../live/transition-stream.ts'
import type { Context } from '../server/context.ts'
import { HttpError, retryAfter } from '../server/errors.ts'
import { operation, type Operation } from '../server/operation.ts'
import { ownSource } from './own-source.ts'
import { cursor, isCursor, text } from './parameters.ts'
import { beginStream } from './stream.ts'
import { showTransition, transitionFilter, transitionFilterParameters } from './transition-filter.ts'

const MAX_STREAMS = 200

/** Changes of state as they are kept, as server-sent events. */
export function transitionStream({ store, log }: Context, stop: AbortSignal): Operation {
  let streams = 0
  return operation({
    need: 'read',
    tag: 'Services',
    summary: 'Changes of state as they happen, as server-sent events',
    description:
      'The id of each is its cursor: whoever connects again with it as Last-Event-ID misses nothing and gets nothing twice.',
    query: z.object({
      service: text(),
      ...transitionFilterParameters,
      cursor: cursor('Begin after this one; Last-Event-ID goes before it. Without either, with what comes.'),
    }),
    answers: {
      200: { description: 'One change of state in the data of each message', mediaType: 'text/event-stream' },
    },
    handler: ({ access, request, reply, query: { service, cursor: given, ...filter } }) => {
      const query = transitionFilter(ownSource(access, service), filter)
      const last = lastEventId(request.headers['last-event-id']) ?? given
      if (streams >= MAX_STREAMS) {
        const message = `${MAX_STREAMS} streams are open already; try again shortly`
        throw new HttpError('overloaded', message, { headers: retryAfter() })
      }
      const opened = store()
      const response = beginStream(reply)
      if (request.method === 'HEAD') {
        response.end()
        return
      }
      streams++
      streamTransitions(opened, response, {
        query: { ...query, ...(last !== undefined && { cursor: last }) },
        show: showTransition,
        stop: AbortSignal.any([stop, access.ended]),
      })
        .catch((error: unknown) => {
          log.warn({ err: error }, 'a stream of changes of state ended early')
          response.destroy()
        })
        .finally(() => streams--)
    },
  })
}

function lastEventId(given: string | string[] | undefined): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined
  if (isCursor(given)) return given
  const message = `Last-Event-ID is "${given.slice(0, 100)}"; it must be the id of a change of this stream`
  throw new HttpError('invalid_parameter', message)
}
