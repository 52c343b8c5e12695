import { eventUuid } from '@hubline/core/wire'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { listEcosystemEvents } from '../dialects/ecosystem/routes.ts'
import type { Context } from '../server/context.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { ingestEvents, JSON_ONLY, type Taken } from './ingest-events.ts'

const sent = z.looseObject({ source_system: z.string(), event_type: z.string() })

/** The receiving doors of the event hooks' collector: one event, or an array of them. */
export function ecosystemRoutes(app: FastifyInstance, context: Context): void {
  const door = { dialect: 'ecosystem', formats: JSON_ONLY } as const
  const common = { need: 'ingest', tag: 'Event hooks', lenient: true } as const

  route(app, '/events', {
    GET: listEcosystemEvents(context),
    POST: operation({
      ...common,
      summary: 'Takes one event',
      body: { 'application/json': sent },
      errors: ['invalid_json', 'invalid_body', 'validation_failed', 'source_mismatch'],
      answers: {
        201: {
          description: 'The event is stored.',
          schema: z.object({ event_id: z.string(), status: z.literal('collected') }),
        },
      },
      handler: async ({ request, reply }) => {
        const taken = await ingestEvents(context, request, { ...door, shape: 'one' })
        const { id } = taken as Exclude<Taken, { kind: 'batch' }>
        return reply.code(201).send({ event_id: eventUuid(id), status: 'collected' })
      },
    }),
  })

  route(app, '/events/batch', {
    POST: operation({
      ...common,
      summary: 'Takes several events',
      body: { 'application/json': z.array(sent) },
      errors: ['invalid_json', 'invalid_body', 'batch_too_large'],
      answers: {
        201: {
          description: 'Those that could be are stored; `rejected` names the others.',
          schema: z.object({
            collected: z.int(),
            failed: z.int(),
            status: z.literal('batch_completed'),
            rejected: z.array(z.looseObject({})).optional(),
          }),
        },
      },
      handler: async ({ request, reply }) => {
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
    }),
  })
}
