import type { FastifyInstance } from 'fastify'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { route } from '../server/routes.ts'
import { ingestEvents, JSON_ONLY, type Taken } from './ingest-events.ts'

/** Where the bus publishes what names no exchange. */
const EXCHANGE = 'ose.events'
const PARAMETERS = ['event_type', 'source_service', 'exchange', 'routing_key', 'priority'] as const

/**
 * The publishing door of the service mesh's event bus: the event is the body, or its payload is and the rest is in the
 * address. Its clients take exactly 200 for a success.
 */
export function meshRoutes(app: FastifyInstance, context: Context): void {
  route(app, '/api/v1/messagebus/publish', {
    POST: [
      'ingest',
      async function publish(request) {
        const query = around(request.query as Record<string, unknown>)
        const door = {
          dialect: 'mesh',
          shape: 'one',
          formats: JSON_ONLY,
          ...(query && { around: query }),
        } as const
        const taken = await ingestEvents(context, request, door)
        const { type, source, name = type } = taken as Exclude<Taken, { kind: 'batch' }>
        return {
          message: 'Event published successfully',
          event_type: name,
          exchange: query?.['exchange'] ?? EXCHANGE,
          routing_key: query?.['routing_key'] ?? routingKey(source, name),
        }
      },
    ],
  })
}

/** What the address says of an event whose payload is the body; undefined where the body says it all. */
function around(query: Record<string, unknown>): Record<string, string> | undefined {
  const given = PARAMETERS.filter((name) => query[name] !== undefined)
  if (given.length === 0) return undefined
  for (const name of given) {
    if (typeof query[name] === 'string') continue
    throw new HttpError('invalid_parameter', `${name} is given more than once; it must be one value`)
  }
  return Object.fromEntries(given.map((name) => [name, query[name] as string]))
}

function routingKey(service: string, name: string): string {
  return name.startsWith(`${service}.`) ? name : `${service}.${name}`
}
