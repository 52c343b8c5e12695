const BASE_MS = 200
const CAP_MS = 5000
const RETRY_AFTER_CAP_MS = 30_000
const SPREAD_LEAST_MS = 1000

/**
 * Waiting time before attempt `attempt` (1 is the first retry): exponential, with full jitter.
 *
 * @returns milliseconds
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.ceil(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt))
}

/**
 * Reads `Retry-After` as seconds or as an HTTP date, capped; nonsense is undefined.
 *
 * @returns milliseconds from `now`
 */
export function retryAfter(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined
  const text = header.trim()
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  if (Number.isNaN(wait)) return undefined
  return Math.min(Math.max(wait, 0), RETRY_AFTER_CAP_MS)
}

/**
 * What a receiver asked for and up to as much again, by chance, at least 1 s and at most 5 s: it names the same time to
 * all of its clients.
 *
 * @returns milliseconds, never fewer than `afterMs`
 */
export function spreadOut(afterMs: number, random: () => number = Math.random): number {
  return afterMs + Math.ceil(random() * Math.min(CAP_MS, Math.max(SPREAD_LEAST_MS, afterMs)))
}
