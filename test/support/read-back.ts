import { setTimeout as pause } from 'node:timers/promises'

/** Reads JSON; throws with the answer's body when it is not a 2xx. */
export async function readJson<T>(url: string): Promise<T> {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`)
  return JSON.parse(text) as T
}

/**
 * Asks again and again until the answer is neither undefined nor false: what another process does has no event to
 * wait for.
 *
 * @throws Error with the last answer or failure when `timeoutMs` pass without
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  timeoutMs = 25_000,
): Promise<T> {
  const until = Date.now() + timeoutMs
  for (;;) {
    let last: unknown
    try {
      const found = await ask()
      if (found !== undefined && found !== false) return found
      last = found
    } catch (error) {
      last = error
    }
    if (Date.now() > until) throw new Error(`nothing within ${timeoutMs} ms`, { cause: last })
    await pause(50)
  }
}
