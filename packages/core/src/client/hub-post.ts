import type { Queued } from './queue.ts'
import type { Verdict } from './sender.ts'
import type { Send } from './transport.ts'
import { verdictOf } from './verdict.ts'

/** A hub event that can still be lazy: it becomes text when its batch is sent, and the same text at every try. */
export interface QueuedEvent extends Queued {
  /** Position in the instance's sequence. */
  readonly seq: number
  json(): string
}

export interface HubAddress {
  url: string
  token: string | undefined
}

export interface HubPostOptions extends HubAddress {
  gzip: boolean
  timeoutMs: number
  send: Send
  now: () => number
}

/** One request that carries `events` as newline-delimited JSON, in the order in which they were made. */
export function eventsRequest(
  { url, token }: HubAddress,
  events: readonly QueuedEvent[],
): { url: string; headers: Record<string, string>; body: string } {
  const headers: Record<string, string> = {
    'content-type': 'application/x-ndjson',
    accept: 'application/json',
  }
  if (token) headers['authorization'] = `Bearer ${token}`
  const ordered = events.toSorted((a, b) => a.seq - b.seq)
  return { url: `${url}/events`, headers, body: ordered.map((event) => event.json()).join('\n') }
}

/** Sends batches of hub events. */
export function hubPost(
  options: HubPostOptions,
): (batch: readonly QueuedEvent[], signal: AbortSignal) => Promise<Verdict> {
  const { gzip, timeoutMs, send, now } = options

  return async function postEvents(batch, signal) {
    const { url, headers, body } = eventsRequest(options, batch)
    const answer = await send({
      method: 'POST',
      url,
      headers,
      body: Buffer.from(body),
      gzip,
      timeoutMs,
      signal,
    })
    return partial(answer.body, batch.length) ?? verdictOf(answer, now())
  }
}

/** Reads `rejected[]`, which comes with a 200, and with a 422 when nothing was kept. */
function partial(body: string, sent: number): Verdict | undefined {
  try {
    const { rejected } = JSON.parse(body) as { rejected?: { message?: string }[] }
    if (!Array.isArray(rejected) || rejected.length === 0) return undefined
    const reason = rejected[0]?.message
    return {
      kind: 'delivered',
      rejected: Math.min(rejected.length, sent),
      ...(typeof reason === 'string' ? { reason } : {}),
    }
  } catch {
    return undefined
  }
}
