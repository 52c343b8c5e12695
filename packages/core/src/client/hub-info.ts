import type { OtlpSignal } from '../config/otlp.ts'
import type { Send } from './transport.ts'

/** What a hub says of itself, as far as we ask. */
export interface HubInfo {
  name?: unknown
  product?: unknown
  otlp?: Partial<Record<OtlpSignal, unknown>>
}

/**
 * Asks the hub what it is, once; rejects while it cannot be asked.
 *
 * @returns null when it does not say
 */
export function askInfo(
  hubUrl: string,
  token: string | undefined,
  timeoutMs: number,
  send: Send,
): () => Promise<HubInfo | null> {
  let known: Promise<HubInfo | null> | undefined

  async function ask(): Promise<HubInfo | null> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (token) headers['authorization'] = `Bearer ${token}`
    const answer = await send({ method: 'GET', url: `${hubUrl}/info`, headers, timeoutMs })
    if (answer.status === 429 || answer.status >= 500)
      throw new Error(`${hubUrl}/info answered ${answer.status}`)
    if (answer.status >= 400) return null
    try {
      const info = JSON.parse(answer.body) as unknown
      return typeof info === 'object' ? (info as HubInfo | null) : null
    } catch {
      return null
    }
  }

  return function info() {
    return (known ??= ask().catch((error: unknown) => {
      known = undefined
      throw error
    }))
  }
}
