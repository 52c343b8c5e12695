import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Access } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { operation, type Operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { SERVICE_STATES } from '../services/state.ts'
import type { Transition, TransitionQuery } from '../store/monitors.ts'
import { transitionPageSchema } from './monitor-schemas.ts'
import { ownSource } from './own-source.ts'
import { commitCursor, pageCursor } from './page-cursor.ts'
import { cursor, limit, oneOf, required, text } from './parameters.ts'
import { mayReadService, unknownService } from './services.ts'

const common = { need: 'read', tag: 'Services', answer: transitionPageSchema } as const
const filters = {
  env: text(),
  instance: text(),
  scope: oneOf(['service', 'instance'], 'Only those of services as a whole, or only those of instances.'),
  to: oneOf(SERVICE_STATES, 'Only changes to this state.'),
  order: oneOf(['asc', 'desc'], 'Newest first (desc, the default) or oldest first.'),
  cursor: cursor(),
  limit: limit(),
}
const query = z.object({ service: text(), ...filters })
const queryOfOne = z.object(filters)

/** The history of states: when a service or an instance came, went silent, stopped or crashed. */
export function transitionRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/transitions', { GET: all(context) })
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
  const asked: TransitionQuery = { order, limit }
  if (service !== undefined) asked.service = service
  if (given !== undefined) asked.cursor = commitCursor(given, order)
  if (filter.env !== undefined) asked.env = filter.env
  if (filter.instance !== undefined) asked.instance = filter.instance
  if (filter.scope !== undefined) asked.scope = filter.scope
  if (filter.to !== undefined) asked.to = filter.to
  const { transitions, hasMore } = await store().transitions(asked)
  const last = transitions.at(-1)
  return {
    data: transitions.map(showTransition),
    next_cursor: hasMore && last ? pageCursor(last.cursor, order) : null,
    has_more: hasMore,
  }
}

/** A change of state as the API and the live stream show it. */
export function showTransition(transition: Transition): Record<string, unknown> {
  const { cursor, service, env, instance, from, to, at, recordedAt, reason, eventId } = transition
  return {
    cursor,
    scope: instance === null ? 'service' : 'instance',
    service,
    env: env || null,
    instance: instance || null,
    from,
    to,
    at: new Date(at).toISOString(),
    recorded_at: new Date(recordedAt).toISOString(),
    reason,
    event_id: eventId,
  }
}
