import type { OtlpTarget } from '../config/otlp.ts'
import type { Queued } from './queue.ts'
import type { Verdict } from './sender.ts'
import type { Send } from './transport.ts'
import { verdictOf } from './verdict.ts'

export interface OtlpPostOptions<T> {
  target: OtlpTarget
  /** The address, found out at the first batch; null when the receiver takes no OTLP. */
  locate: () => Promise<{ url: string; token?: string | undefined } | null>
  encode: (batch: readonly T[]) => Uint8Array
  send: Send
  now: () => number
}

/** Sends batches as OTLP protobuf over HTTP. */
export function otlpPost<T extends Queued>(
  options: OtlpPostOptions<T>,
): (batch: readonly T[], signal: AbortSignal) => Promise<Verdict> {
  const { target, locate, encode, send, now } = options

  return async function postOtlp(batch, signal) {
    const place = await locate()
    if (!place) return { kind: 'unwanted' }
    const headers: Record<string, string> = { 'content-type': 'application/x-protobuf' }
    if (place.token) headers['authorization'] = `Bearer ${place.token}`
    const answer = await send({
      method: 'POST',
      url: place.url,
      headers: { ...headers, ...target.headers },
      body: encode(batch),
      gzip: target.compression === 'gzip',
      timeoutMs: target.timeoutMs,
      signal,
    })
    // OTLP allows retries for these four alone; a client must not repeat a plain 500.
    if (answer.status === 500) return { kind: 'refused', reason: '500' }
    return verdictOf(answer, now())
  }
}
