import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { mediaType, unsupported } from '../server/media-type.ts'
import { readBody } from '../server/read-body.ts'
import type { Handler } from '../server/routes.ts'
import { toHttpError } from '../server/to-http-error.ts'
import type { EventsBody, EventsReceipt, Rejection } from '../store/store.ts'
import { senderOf, type Sender } from './sender.ts'

export const EVENT_TYPES = ['application/json', 'application/x-ndjson'] as const
const FORMATS = new Map<string, 'json' | 'ndjson'>([
  ['application/json', 'json'],
  ['application/x-ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['application/jsonl', 'ndjson'],
])

type Stored = Extract<EventsReceipt, { kind: 'stored' | 'duplicate' | 'expired' }>

/** `POST /api/v1/hub/events`: one event, a JSON array or NDJSON; answered when it is committed. */
export function receiveEvents(context: Context): Handler {
  const { metrics } = context
  return async function receive(request, reply) {
    let sender: Sender | undefined
    try {
      const { format, body } = await read(context, request)
      const bytes = body.byteLength
      sender = senderOf(request, body)
      const receipt = await context.store().ingestEvents({
        format,
        body,
        source: request.access.source,
        sender: sender.key,
        receivedAt: context.clock(),
      })
      return answer(context, reply, receipt, bytes)
    } catch (error) {
      if (!(error instanceof HttpError && COUNTED_ALREADY.has(error.code))) {
        metrics.refuse('events', toHttpError(error).code, sender?.source)
      }
      throw error
    }
  }
}

const COUNTED_ALREADY = new Set(['validation_failed', 'source_mismatch'])

async function read(
  { bodyMaxBytes, reading }: Context,
  request: FastifyRequest,
): Promise<Pick<EventsBody, 'format' | 'body'>> {
  const contentType = request.headers['content-type']
  const format = FORMATS.get(mediaType(contentType))
  if (format === undefined) throw unsupported(contentType, EVENT_TYPES)
  return { format, body: await readBody(request.raw, bodyMaxBytes, reading) }
}

function answer(
  { metrics }: Context,
  reply: FastifyReply,
  receipt: EventsReceipt,
  bytes: number,
): FastifyReply {
  switch (receipt.kind) {
    case 'unreadable':
      throw new HttpError('invalid_json', receipt.message)
    case 'too_many':
      throw new HttpError('batch_too_large', receipt.message)
    case 'rejected':
      metrics.reject('events', receipt.rejection.error)
      throw refusal(receipt.rejection)
    case 'stored':
      metrics.stored('events', 1, bytes)
      return reply.code(201).send(created(receipt))
    case 'duplicate':
      metrics.repeated(1)
      return reply.code(201).send(created(receipt))
    case 'expired':
      metrics.expire(1)
      return reply.code(201).send(created(receipt))
    case 'batch': {
      const { accepted, duplicates, expired, rejected } = receipt
      metrics.stored('events', accepted, bytes)
      metrics.repeated(duplicates)
      metrics.expire(expired)
      for (const { error } of rejected) metrics.reject('events', error)
      const counts = { accepted, duplicates, ...(expired > 0 && { expired }), rejected }
      if (rejected.length === 0 || accepted + duplicates + expired > 0) return reply.send(counts)
      const message = `none of the ${rejected.length} events could be taken; the first: ${rejected[0]!.message}`
      throw new HttpError('validation_failed', message, { details: counts })
    }
  }
}

function created({ id, type, source, occurred_at, created_at }: Stored): Record<string, string> {
  return { id, type, source, occurred_at, created_at }
}

function refusal({ error, message, errors }: Rejection): HttpError {
  if (error === 'source_mismatch') return new HttpError('source_mismatch', message)
  return new HttpError('validation_failed', message, { details: { errors } })
}
