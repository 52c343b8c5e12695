import type { OtlpSignal } from '../config/otlp.ts'
import { type HubInfo, NoInfo } from './hub-info.ts'

/**
 * Finds out where the hub takes OTLP; rejects while the hub cannot be asked, and while what answers is no hub.
 *
 * @param original it is known to be one of the original servers, of which not all say what they are
 * @returns the address of each signal, or null when the hub takes none
 */
export function locateOtlp(
  hubUrl: string,
  token: string | undefined,
  info: () => Promise<HubInfo>,
  original: boolean,
): (signal: OtlpSignal) => Promise<{ url: string; token?: string | undefined } | null> {
  return async function locate(signal) {
    const { otlp } = await info().catch((error: unknown): HubInfo => {
      if (original && error instanceof NoInfo) return {}
      throw error
    })
    const path = otlp?.[signal]
    if (typeof path !== 'string' || !URL.canParse(path, hubUrl)) return null
    const url = new URL(path, hubUrl)
    // The token belongs to the hub: an address elsewhere does not get it.
    return { url: url.href, token: url.origin === new URL(hubUrl).origin ? token : undefined }
  }
}
