import type { OtlpSignal } from '../config/otlp.ts'
import type { HubInfo } from './hub-info.ts'

/**
 * Finds out where the hub takes OTLP; rejects while the hub cannot be asked.
 *
 * @returns the address of each signal, or null when the hub takes none
 */
export function locateOtlp(
  hubUrl: string,
  token: string | undefined,
  info: () => Promise<HubInfo | null>,
): (signal: OtlpSignal) => Promise<{ url: string; token?: string | undefined } | null> {
  return async function locate(signal) {
    const path = (await info())?.otlp?.[signal]
    if (typeof path !== 'string' || !URL.canParse(path, hubUrl)) return null
    const url = new URL(path, hubUrl)
    // The token belongs to the hub: an address elsewhere does not get it.
    return { url: url.href, token: url.origin === new URL(hubUrl).origin ? token : undefined }
  }
}
