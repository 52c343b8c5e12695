import type { FastifyRequest } from 'fastify'
import { checkStillHolds } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { mediaType, unsupported } from '../server/media-type.ts'
import { readBody } from '../server/read-body.ts'
import { toHttpError } from '../server/to-http-error.ts'
import type { EventsBody, EventsReceipt, Rejection } from '../store/store.ts'
import { senderOf, type Sender } from './sender.ts'

/** How a door takes bodies: whose words, and which media types. */
export interface Door extends Pick<EventsBody, 'dialect' | 'shape' | 'around'> {
  formats: ReadonlyMap<string, 'json' | 'ndjson'>
}

/** What was taken: one event, or a batch of which some may be rejected. */
export type Taken = Extract<EventsReceipt, { kind: 'stored' | 'duplicate' | 'expired' | 'batch' }>

export const JSON_ONLY: ReadonlyMap<string, 'json'> = new Map([['application/json', 'json']])

const COUNTED_ALREADY = new Set(['validation_failed', 'source_mismatch'])

/**
 * Reads a request's body, has it stored, and counts what came of it.
 *
 * @throws {HttpError} 400 for a body that cannot be read, 413 for a batch too large, 403 or 422 for one event that is
 * refused; what the store throws
 */
export async function ingestEvents(context: Context, request: FastifyRequest, door: Door): Promise<Taken> {
  const { metrics } = context
  let sender: Sender | undefined
  try {
    const { formats, ...how } = door
    const contentType = request.headers['content-type']
    const format = formats.get(mediaType(contentType))
    if (format === undefined) throw unsupported(contentType, accepted(formats))
    const body = await readBody(request.raw, context.bodyMaxBytes, context.reading)
    checkStillHolds(request.access)
    const bytes = body.byteLength
    sender = senderOf(request, body, door.around?.['source_service'])
    const spend = context.rate?.begin(request.access.token, sender.key)
    const receipt = await context.store().ingestEvents({
      ...how,
      format,
      body,
      source: request.access.source,
      sender: sender.key,
      receivedAt: context.clock(),
    })
    spend?.(itemsOf(receipt))
    return count(context, receipt, bytes)
  } catch (error) {
    if (!(error instanceof HttpError && COUNTED_ALREADY.has(error.code))) {
      metrics.refuse('events', toHttpError(error).code, sender?.source)
    }
    throw error
  }
}

/** One name for each format: the others are its synonyms. */
function accepted(formats: Door['formats']): string[] {
  const first = new Map([...formats].toReversed().map(([type, format]) => [format, type]))
  return [...first.values()].toReversed()
}

function itemsOf(receipt: EventsReceipt): number {
  if (receipt.kind !== 'batch') return 1
  const { accepted, duplicates, expired, rejected } = receipt
  return accepted + duplicates + expired + rejected.length
}

function count({ metrics }: Context, receipt: EventsReceipt, bytes: number): Taken {
  switch (receipt.kind) {
    case 'unreadable':
      throw new HttpError('invalid_json', receipt.message)
    case 'misshapen':
      throw new HttpError('invalid_body', receipt.message)
    case 'too_many':
      throw new HttpError('batch_too_large', receipt.message)
    case 'rejected':
      metrics.reject('events', receipt.rejection.error)
      throw refusal(receipt.rejection)
    case 'stored':
      metrics.stored('events', 1, bytes)
      return receipt
    case 'duplicate':
      metrics.repeated(1)
      return receipt
    case 'expired':
      metrics.expire(1)
      return receipt
    case 'batch':
      metrics.stored('events', receipt.accepted, bytes)
      metrics.repeated(receipt.duplicates)
      metrics.expire(receipt.expired)
      for (const { error } of receipt.rejected) metrics.reject('events', error)
      return receipt
  }
}

function refusal({ error, message, errors }: Rejection): HttpError {
  if (error === 'source_mismatch') return new HttpError('source_mismatch', message)
  return new HttpError('validation_failed', message, { details: { errors } })
}
