import { bodies } from '../bytes/bodies.ts'
import { type Dialect, originalRequest, WIRES } from './dialects/dialect.ts'
import type { EventRun } from '../events/envelope.ts'
import { eachInOrder, linesInOrder } from './event-order.ts'
import { countOf } from './queue.ts'
import type { Verdict } from './sender.ts'
import type { Answer, SendParts } from './transport.ts'
import { verdictOf } from './verdict.ts'

export interface HubAddress {
  url: string
  token: string | undefined
}

export interface HubPostOptions extends HubAddress {
  /** Whose words the receiver understands; rejects while that cannot be found out. */
  dialect: () => Promise<Dialect>
  gzip: boolean
  timeoutMs: number
  send: SendParts
  now: () => number
}

interface Request {
  url: string
  headers: Record<string, string>
  parts: readonly Uint8Array[]
  /** A field without which an answer is no success. */
  expects?: string
}

/** One request that carries `events` as newline-delimited JSON, in the order in which they were made. */
function eventsRequest({ url, token }: HubAddress, events: readonly EventRun[]): Request {
  const headers: Record<string, string> = {
    'content-type': 'application/x-ndjson',
    accept: 'application/json',
  }
  if (token) headers['authorization'] = `Bearer ${token}`
  return {
    url: `${url}/events`,
    headers,
    expects: 'accepted',
    parts: linesInOrder(events),
  }
}

/** The requests that carry `events` to a receiver of that dialect. */
export function requestsOf(dialect: Dialect, hub: HubAddress, events: readonly EventRun[]): Request[] {
  if (dialect === 'hubline') return [eventsRequest(hub, events)]
  const parts = WIRES[dialect].singly ? eachInOrder(events).map((event) => [event]) : [events]
  return parts.map((part) => {
    const { body, ...request } = originalRequest(dialect, hub, part)
    return { ...request, parts: [Buffer.from(body)] }
  })
}

/** For what each event of a batch may have against it: a message, and the same by field. */
const ANSWER_BYTES_EACH = 8 * 1024
const ANSWER_LEAST_BYTES = 256 * 1024
const ANSWER_MOST_BYTES = 16 * 1024 * 1024

/** Sends batches of hub events. */
export function hubPost(
  options: HubPostOptions,
): (batch: readonly EventRun[], signal: AbortSignal) => Promise<Verdict> {
  const { timeoutMs, send, now } = options

  return async function postEvents(batch, signal) {
    const dialect = await options.dialect()
    const sent = countOf(batch)
    if (dialect !== 'hubline' && WIRES[dialect].singly && sent > 1) return { kind: 'singly' }
    const [request] = requestsOf(dialect, options, batch)
    const { url, headers, parts } = request!
    const gzip = options.gzip && dialect === 'hubline'
    const answer = await send({
      method: 'POST',
      url,
      headers,
      parts,
      gzip,
      timeoutMs,
      answerMaxBytes: Math.min(ANSWER_MOST_BYTES, ANSWER_LEAST_BYTES + sent * ANSWER_BYTES_EACH),
      signal,
    })
    if (answer.written) bodies.reuse(parts)
    const verdict = verdictOf(answer, now())
    if (dialect === 'hubline') return own(answer, sent) ?? verdict
    return original(answer, WIRES[dialect].success, sent) ?? verdict
  }
}

/** What only an original server answers: a wrong success, and a count of what failed. */
function original({ status, body }: Answer, success: number | undefined, sent: number): Verdict | undefined {
  if (status >= 300) return undefined
  if (success !== undefined && status !== success)
    return { kind: 'refused', reason: `${status} where ${success} is a success` }
  const { failed } = read(body) as { failed?: unknown }
  if (typeof failed !== 'number' || !(failed > 0)) return undefined
  return { kind: 'delivered', rejected: Math.min(failed, sent), reason: `${failed} failed` }
}

/**
 * Reads `rejected[]`, which comes with a 200, and with a 422 when nothing was kept. A success that does not say how many
 * were accepted is somebody else's, or cut: by their ids the events may go again.
 */
function own({ status, body, cut }: Answer, sent: number): Verdict | undefined {
  const { accepted, rejected } = read(body) as { accepted?: unknown; rejected?: { message?: string }[] }
  if (status < 300 && typeof accepted !== 'number') {
    const reason = cut
      ? 'an answer that is too long'
      : 'an answer that is not of a hub: `accepted` is missing'
    return { kind: 'retry', reason: `${status} with ${reason}` }
  }
  if (!Array.isArray(rejected) || rejected.length === 0) return undefined
  const reason = rejected[0]?.message
  return {
    kind: 'delivered',
    rejected: Math.min(rejected.length, sent),
    ...(typeof reason === 'string' ? { reason } : {}),
  }
}

function read(body: string): object {
  try {
    return (JSON.parse(body) as object | null) ?? {}
  } catch {
    return {}
  }
}
