import type { OtlpSignal } from '../config/otlp.ts'
import type { Send } from './transport.ts'

/**
 * Asks the hub once where it takes OTLP; rejects while the hub cannot be asked.
 *
 * @returns the address of each signal, or null when the hub takes none
 */
export function locateOtlp(
  hubUrl: string,
  token: string | undefined,
  timeoutMs: number,
  send: Send,
): (signal: OtlpSignal) => Promise<{ url: string; token?: string | undefined } | null> {
  let known: Promise<Partial<Record<OtlpSignal, unknown>> | null> | undefined

  async function ask() {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (token) headers['authorization'] = `Bearer ${token}`
    const answer = await send({ method: 'GET', url: `${hubUrl}/info`, headers, timeoutMs })
    if (answer.status === 429 || answer.status >= 500)
      throw new Error(`${hubUrl}/info answered ${answer.status}`)
    if (answer.status >= 400) return null
    try {
      const { otlp } = JSON.parse(answer.body) as { otlp?: Partial<Record<OtlpSignal, unknown>> }
      return otlp && typeof otlp === 'object' ? otlp : null
    } catch {
      return null
    }
  }

  return async function locate(signal) {
    known ??= ask().catch((error: unknown) => {
      known = undefined
      throw error
    })
    const path = (await known)?.[signal]
    if (typeof path !== 'string' || !URL.canParse(path, hubUrl)) return null
    const url = new URL(path, hubUrl)
    // The token belongs to the hub: an address elsewhere does not get it.
    return { url: url.href, token: url.origin === new URL(hubUrl).origin ? token : undefined }
  }
}
