import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import type { TransitionQuery } from '../store/monitors.ts'
import { transitionPageSchema } from './monitor-schemas.ts'
import { ownSource } from './own-source.ts'
import { commitCursor, pageCursor } from './page-cursor.ts'
import { cursor, limit, oneOf, required, text } from './parameters.ts'
import { showTransition, transitionFilter, transitionFilterParameters } from './transition-filter.ts'
import { transitionStream } from './transition-stream.ts'
import { mayReadService, unknownService } from './services.ts'

const common = { need: 'read', tag: 'Services', answer: transitionPageSchema } as const
const filters = {
  ...transitionFilterParameters,
  order: oneOf(['asc', 'desc'], 'Newest first (desc, the default) or oldest first.'),
  cursor: cursor(),
  limit: limit(),
}
const query = z.object({ service: text(), ...filters })
const queryOfOne = z.object(filters)

/**
 * The history of states: when a service or an instance came, went silent, stopped or crashed.
 *
 * @param stop aborts when the collector closes.
 */
export function transitionRoutes(app: FastifyInstance, context: Context, stop: AbortSignal): void {
  route(app, '/api/v1/transitions', { GET: all(context) })
  route(app, '/api/v1/transitions/stream', { GET: transitionStream(context, stop) })
  route(app, '/api/v1/services/:name/transitions', { GET: ofOne(context) })
}

function all(context: Context): Operation {
  return operation({
    ...common,
    summary: 'Changes of state of services and instances',
    query,
    handler: ({ access, query: { service, ...given } }) => {
      return page(context, ownSource(access, service), given)
    },
  })
}

function ofOne(context: Context): Operation {
  return operation({
    ...common,
    summary: 'Changes of state of one service and its instances',
    params: z.object({ name: required(text()) }),
    query: queryOfOne,
    handler: async ({ access, params: { name }, query: given }) => {
      await mustBeKnown(context, access, name)
      return page(context, name, given)
    },
  })
}

async function mustBeKnown({ store }: Context, access: Access, name: string): Promise<void> {
  if (!mayReadService(access, name) || !(await store().service(name))) throw unknownService(name)
}

async function page(
  { store }: Context,
  service: string | undefined,
  { order = 'desc', cursor: given, limit, ...filter }: z.output<typeof queryOfOne>,
): Promise<Record<string, unknown>> {
  const asked: TransitionQuery = { order, limit, ...transitionFilter(service, filter) }
  if (given !== undefined) asked.cursor = commitCursor(given, order)
  const { transitions, hasMore } = await store().transitions(asked)
  const last = transitions.at(-1)
  return {
    data: transitions.map(showTransition),
    next_cursor: hasMore && last ? pageCursor(last.cursor, order) : null,
    has_more: hasMore,
  }
}
