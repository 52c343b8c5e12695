import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { text } from '../api/parameters.ts'
import type { Context } from '../server/context.ts'
import { operation } from '../server/operation.ts'
import { route } from '../server/routes.ts'
import { ingestEvents, JSON_ONLY, type Taken } from './ingest-events.ts'

/** Where the bus publishes what names no exchange. */
const EXCHANGE = 'ose.events'

const around = z.object({
  event_type: text(1000),
  source_service: text(1000),
  exchange: text(200),
  routing_key: text(200),
  priority: text(20, 'A word, or a number of which 5 is normal.'),
})

/**
 * The publishing door of the service mesh's event bus: the event is the body, or its payload is and the rest is in the
 * address. Its clients take exactly 200 for a success.
 */
export function meshRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/messagebus/publish', {
    POST: operation({
      need: 'ingest',
      tag: 'Service mesh',
      summary: 'Publishes one event',
      description: 'The body is the event; where the address says what it is, the body is its payload alone.',
      lenient: true,
      query: around,
      body: { 'application/json': z.looseObject({}) },
      errors: ['invalid_json', 'invalid_body', 'validation_failed', 'source_mismatch'],
      answer: z.object({
        message: z.string(),
        event_type: z.string(),
        exchange: z.string(),
        routing_key: z.string(),
      }),
      handler: async ({ query, request }) => {
        const said = Object.keys(query).length > 0 ? { around: query as Record<string, string> } : {}
        const door = { dialect: 'mesh', shape: 'one', formats: JSON_ONLY, ...said } as const
        const taken = await ingestEvents(context, request, door)
        const { type, source, name = type, published } = taken as Exclude<Taken, { kind: 'batch' }>
        return {
          message: 'Event published successfully',
          event_type: name,
          exchange: published?.exchange ?? EXCHANGE,
          routing_key: published?.routingKey ?? routingKey(source, name),
        }
      },
    }),
  })
}

function routingKey(service: string, name: string): string {
  return name.startsWith(`${service}.`) ? name : `${service}.${name}`
}
