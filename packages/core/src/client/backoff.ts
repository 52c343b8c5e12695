const BASE_MS = 200
const CAP_MS = 5000
const RETRY_AFTER_CAP_MS = 30_000

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
