import { bodies } from '../bytes/bodies.ts'
import { isCompressed } from '../config/compression.ts'
import type { OtlpTarget } from '../config/otlp.ts'
import { NoInfo } from './hub-info.ts'
import { partialSuccessOf } from './otlp-answer.ts'
import { countOf, type Queued } from './queue.ts'
import type { Verdict } from './sender.ts'
import type { Answer, SendParts } from './transport.ts'
import { verdictOf } from './verdict.ts'

export interface OtlpPostOptions<T> {
  target: OtlpTarget
  /** The address, found out at the first batch; null when the receiver takes no OTLP. */
  locate: () => Promise<{ url: string; token?: string | undefined } | null>
  encode: (batch: readonly T[]) => readonly Uint8Array[]
  send: SendParts
  now: () => number
}

/** Sends batches as OTLP protobuf over HTTP. */
export function otlpPost<T extends Queued>(
  options: OtlpPostOptions<T>,
): (batch: readonly T[], signal: AbortSignal) => Promise<Verdict> {
  const { target, locate, encode, send, now } = options

  return async function postOtlp(batch, signal) {
    const place = await locate().catch(later)
    if (place && 'kind' in place) return place
    if (!place) return { kind: 'unwanted' }
    const headers: Record<string, string> = { 'content-type': 'application/x-protobuf' }
    if (place.token) headers['authorization'] = `Bearer ${place.token}`
    const parts = encode(batch)
    const answer = await send({
      method: 'POST',
      url: place.url,
      headers: { ...headers, ...target.headers },
      parts,
      gzip: isCompressed(target.compression, place.url),
      timeoutMs: target.timeoutMs,
      signal,
    })
    if (answer.written) bodies.reuse(parts)
    return partly(answer, countOf(batch)) ?? exportVerdict(verdictOf(answer, now()), answer.status)
  }
}

/** What answers is no hub for now: whoever it is, it is there, and asked again at a slow pace. */
function later(error: unknown): Extract<Verdict, { kind: 'retry' }> {
  if (!(error instanceof NoInfo)) throw error
  return { kind: 'retry', afterMs: error.waitMs, reason: error.message }
}

/** OTLP allows retries for these alone. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

function exportVerdict(verdict: Verdict, status: number): Verdict {
  if (verdict.kind !== 'retry' || RETRYABLE.has(status)) return verdict
  return { kind: 'refused', reason: verdict.reason }
}

function partly(answer: Answer, sent: number): Verdict | undefined {
  const partial = answer.status < 300 ? partialSuccessOf(answer) : undefined
  if (!partial) return undefined
  return {
    kind: 'delivered',
    rejected: Math.min(partial.rejected, sent),
    ...(partial.message && { reason: partial.message.slice(0, 200) }),
  }
}
