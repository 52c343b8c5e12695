import { retryAfter } from './backoff.ts'
import type { Verdict } from './sender.ts'
import type { Answer } from './transport.ts'

/** What an HTTP answer means for the batch, where nothing more special is known about the receiver. */
export function verdictOf(answer: Answer, now: number): Verdict {
  const { status, headers } = answer
  if (status < 300) return { kind: 'delivered', rejected: 0 }
  const reason = describe(answer)
  if (status === 413) return { kind: 'too_large' }
  if (status === 408 || status === 429 || status >= 500) {
    return { kind: 'retry', afterMs: retryAfter(headers['retry-after'], now), reason }
  }
  return { kind: 'refused', reason }
}

/** Whether `error` says that nothing listens at the address. */
export function isAbsent(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === 'ECONNREFUSED' || code === 'ENOENT'
}

/** Whether `error` says that the deadline of a request had passed. */
export function isLate(error: unknown): boolean {
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: { name?: unknown } }
  return name === 'TimeoutError' || cause?.name === 'TimeoutError'
}

function describe({ status, body }: Answer): string {
  const text = jsonMessage(body) ?? body.trim()
  return text ? `${status} ${text.slice(0, 200)}` : String(status)
}

function jsonMessage(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: unknown }
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
