import type { FastifyRequest } from 'fastify'
import type { ExportOutcome } from '../otlp/answer.ts'
import { checkStillHolds } from '../server/access.ts'
import type { Context } from '../server/context.ts'
import { HttpError } from '../server/errors.ts'
import { toHttpError } from '../server/to-http-error.ts'
import type { OtlpEncoding, OtlpSignal, StoredSignal } from '../store/store.ts'
import { senderOf, type Sender } from './sender.ts'

/** What OTLP's signals are stored as. */
export const STORED: Readonly<Record<OtlpSignal, StoredSignal>> = {
  traces: 'spans',
  logs: 'logs',
  metrics: 'metrics',
}

/** One export request, over whatever transport. */
export interface Export {
  signal: OtlpSignal
  encoding: OtlpEncoding
  /** Who sends it and what that one may do. */
  caller: Pick<FastifyRequest, 'access' | 'ip'>
  /** Reads the request; it must own its whole ArrayBuffer, which is handed over. */
  read: () => Promise<Uint8Array>
}

/**
 * Reads, stores and counts one export request.
 *
 * @throws {HttpError} or {StoreError} when nothing of it was stored; that is counted as a refusal.
 */
export async function ingestExport(
  { store, clock, metrics, rate }: Context,
  { signal, encoding, caller, read }: Export,
): Promise<ExportOutcome> {
  const stored = STORED[signal]
  let sender: Sender | undefined
  try {
    const body = await read()
    checkStillHolds(caller.access)
    const bytes = body.byteLength
    sender = senderOf(caller, body)
    const spend = rate?.begin(caller.access.token, sender.key)
    const receipt = await store().ingestOtlp({
      signal,
      encoding,
      body,
      source: caller.access.source,
      sender: sender.key,
      receivedAt: clock(),
    })
    if (receipt.kind === 'unreadable') throw new HttpError('invalid_body', receipt.message)
    const { accepted, rejected, message } = receipt
    spend?.(accepted + rejected)
    metrics.stored(stored, accepted, bytes)
    if (rejected > 0) metrics.reject(stored, 'validation_failed', rejected)
    return message === undefined ? { rejected } : { rejected, message }
  } catch (error) {
    metrics.refuse(stored, toHttpError(error).code, sender?.source)
    throw error
  }
}
