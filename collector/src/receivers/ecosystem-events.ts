import { eventUuid } from '@hubline/core/wire'
import type { FastifyInstance } from 'fastify'
import { listEcosystemEvents } from '../dialects/ecosystem/routes.ts'
import type { Context } from '../server/context.ts'
import { route } from '../server/routes.ts'
import { ingestEvents, JSON_ONLY, type Taken } from './ingest-events.ts'

/** The receiving doors of the event hooks' collector: one event, or an array of them. */
export function ecosystemRoutes(app: FastifyInstance, context: Context): void {
  const door = { dialect: 'ecosystem', formats: JSON_ONLY } as const

  route(app, '/events', {
    GET: listEcosystemEvents(context),
    POST: [
      'ingest',
      async function collect(request, reply) {
        const taken = await ingestEvents(context, request, { ...door, shape: 'one' })
        const { id } = taken as Exclude<Taken, { kind: 'batch' }>
        return reply.code(201).send({ event_id: eventUuid(id), status: 'collected' })
      },
    ],
  })

  route(app, '/events/batch', {
    POST: [
      'ingest',
      async function collectBatch(request, reply) {
        const taken = await ingestEvents(context, request, { ...door, shape: 'many' })
        const { accepted, duplicates, expired, rejected } = taken as Extract<Taken, { kind: 'batch' }>
        const failed = rejected.length
        return reply.code(201).send({
          collected: accepted + duplicates + expired,
          failed,
          status: 'batch_completed',
          ...(failed > 0 && { rejected }),
        })
      },
    ],
  })
}
