import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { ingestEvents, type Taken } from './ingest-events.ts'

export const EVENT_TYPES = ['application/json', 'application/x-ndjson'] as const
const FORMATS = new Map<string, 'json' | 'ndjson'>([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
])

/** `POST /api/v1/hub/events`: one event, a JSON array or NDJSON; answered when it is committed. */
export function receiveEvents(
  context: Context,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async function receive(request, reply) {
    const taken = await ingestEvents(context, request, { dialect: 'hub', formats: FORMATS })
    if (taken.kind === 'batch') return reply.send(countsOf(taken))
    const { id, type, source, occurred_at, created_at } = taken
    return reply.code(201).send({ id, type, source, occurred_at, created_at })
  }
}

/** @throws {HttpError} 422 when nothing of the batch could be taken. */
function countsOf({ accepted, duplicates, expired, rejected }: Extract<Taken, { kind: 'batch' }>): object {
  const counts = { accepted, duplicates, ...(expired > 0 && { expired }), rejected }
  if (rejected.length === 0 || accepted + duplicates + expired > 0) return counts
  const message = `none of the ${rejected.length} events could be taken; the first: ${rejected[0]!.message}`
  throw new HttpError('validation_failed', message, { details: counts })
}
